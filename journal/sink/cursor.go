package sink

import (
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"sekisho/journal"
	"sekisho/private"
)

// maxCursorFile is far more than a cursor has.
const maxCursorFile = 4 << 10

// saveEvery bounds how often a cursor is written while events pour in: it costs
// the disk two flushes. What was delivered since is delivered again after a crash.
const saveEvery = time.Second

// cursor is how far a sink has got. ID is the last event that it needs no more;
// Stream tells one history of the sink from another, for receivers that keep ids.
type cursor struct {
	ID     int64     `json:"id"`
	Stream string    `json:"stream"`
	Time   time.Time `json:"time"`
	// Failing is for whoever looks from outside of the process: why the last attempt
	// came to nothing, and since when that is so.
	Failing string    `json:"failing,omitempty"`
	Since   time.Time `json:"since,omitzero"`
}

// readCursor returns the cursor of a sink. There is none with [fs.ErrNotExist].
func readCursor(dir, sink string) (c cursor, err error) {
	data, err := private.Read(cursorPath(dir, sink), maxCursorFile)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, err
	}
	if c.ID < 0 || c.Stream == "" {
		return c, errors.New("it is incomplete")
	}
	return c, nil
}

func (c cursor) write(dir, sink string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return private.Write(dir, cursorName(sink), append(data, '\n'))
}

// place returns where a sink begins: where it was; for a new one at last, the
// newest event, or at the start; and at the start as well when it cannot be told,
// since an event that comes twice is better than one that never does. why says
// what was wrong, for the log.
func place(dir, sink, from string, last int64) (c cursor, why string) {
	c, err := readCursor(dir, sink)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c = cursor{Stream: journal.NewIncident()}
		if from == "now" {
			c.ID = last
		}
	case err != nil:
		return cursor{Stream: journal.NewIncident()}, "the cursor cannot be read: " + err.Error()
	case c.ID > last:
		// The data folder lost its journal and the note of its last id.
		return cursor{Stream: journal.NewIncident()}, "the journal has begun anew"
	}
	return c, ""
}
