package sink

import (
	"encoding/json"

	"sekisho/journal"
)

// appendJSON appends e as one line, as "sekisho events --json" prints it.
func appendJSON(b []byte, e *journal.Event) []byte {
	line, err := json.Marshal(e)
	if err != nil {
		// Only a score that is no number or a year beyond 9999 does that, and
		// the journal holds neither.
		line, _ = json.Marshal(journal.Event{ID: e.ID, Door: journal.DoorSystem, Detail: "the event cannot be written as JSON"})
	}
	return append(append(b, line...), '\n')
}
