package console

import "sekisho/journal"

// rowView is one row of the list of events.
type rowView struct {
	page
	journal.Event
}

// Row returns the view of one event of a list.
func (p page) Row(e journal.Event) rowView {
	return rowView{page{words: p.words}, e}
}

// InWords is what the technique of an event means: why sekisho acted, or, where there is
// no incident that says more, the sentence with which sekisho tells the owner of it. It
// is "" when there is nothing to tell.
func (r rowView) InWords() string {
	switch {
	case r.Technique == journal.TechniqueAppeal:
		return r.O("technique.appeal") // what the visitor wrote is quoted
	case r.Incident == "":
		return r.Sentence(r.Technique, r.Detail)
	case r.Ground != "" || r.Technique != "":
		return r.Why(r.Ground, r.Technique)
	}
	return ""
}
