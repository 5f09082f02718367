package console

import (
	"sekisho/details"
	"sekisho/interstitial"
	"sekisho/journal"
)

// Sentence is the detail of an event in the language of w, as far as it is one of
// sekisho's own sentences; else as it stands. What a visitor wrote is none.
func (w words) Sentence(technique, detail string) string {
	if w.Lang != interstitial.Japanese || technique == journal.TechniqueAppeal {
		return detail
	}
	if s, ok := details.Japanese(detail); ok {
		return s
	}
	return detail
}
