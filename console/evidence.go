package console

import (
	"strings"

	"sekisho/interstitial"
	"sekisho/journal"
)

// evidence is what a report says of an incident: of the site, and nothing of who was
// there. It has no address, name or account of ours, and never what somebody typed.
type evidence struct {
	words
	Host    string // of the site, defanged
	Subject string
	Lead    string
	Facts   []fact
	Unfit   string // key of why nobody should have it, "" when somebody may
}

// fact is a line of a report, or several.
type fact struct {
	Name  string
	Texts []string
}

// newEvidence collects what can be told of an incident in the language of w.
func newEvidence(w words, version string, inc journal.Incident, list []journal.Event) evidence {
	about := "suspicious"
	if poses(inc) {
		about = "amazon"
	}
	host := defang(inc.Host)
	e := evidence{words: w, Host: host, Subject: w.O("report.subject."+about) + " " + host, Lead: w.O("report.lead." + about), Unfit: unfit(inc)}
	add := func(key string, texts ...string) {
		var some []string
		for _, s := range texts {
			if s != "" {
				some = append(some, s)
			}
		}
		if len(some) > 0 {
			e.Facts = append(e.Facts, fact{w.O("report." + key), some})
		}
	}
	certificate := certificateOf(w, list)
	if inc.Host != "" {
		at := host
		if len(certificate) > 0 { // otherwise nobody knows which scheme it was
			at = "hxxps://" + at + "/"
		}
		add("address", at, defang(letters(inc.Host)), w.O("report.path"))
	}
	add("first", zoned(inc.First))
	add("last", zoned(inc.Last))
	if poses(inc) {
		add("target", deaden([]string{inc.Target})...)
	}
	reason, seen := interstitial.Explain(w.Lang, inc.Ground, inc.Technique, inc.Signs)
	add("reason", reason)
	add("seen", seen...)
	add("technique", deaden([]string{inc.Technique})...)
	add("signs", deaden([]string{strings.Join(inc.Signs, ", ")})...)
	if inc.Ground == "lookalike" && inc.Door != journal.DoorConsole && inc.Technique != journal.TechniqueAppeal {
		add("detail", defang(w.Sentence(inc.Technique, inc.Detail))) // made of the name alone; that of a list has paths of ours
	}
	if len(certificate) > 0 {
		add("certificate", deaden(certificate)...) // whoever had it issued wrote its names
	} else {
		add("certificate", w.O("report.unrecorded"))
	}
	add("action", w.Did(inc.Action, inc.Sent, inc.Observed))
	add("sent", w.Said(inc.Sent))
	add("number", inc.ID)
	add("by", "sekisho "+version)
	return e
}

// unfit returns the key of why an incident is not to be reported, "" when it may be.
func unfit(inc journal.Incident) string {
	switch {
	case inc.Exercise():
		return "report.drill"
	case inc.BlockedBy != "": // confirmed in spite of what was said here
	case inc.State == journal.StateFalseAlarm:
		return "report.harmless"
	case confirmed(inc) || poses(inc):
	case inc.Technique == "unfamiliar-sign-in", inc.Severity == journal.SeverityAmber:
		return "report.unconfirmed" // any shop where somebody signs in for the first time
	}
	return ""
}

// confirmed reports whether somebody said that the site of an incident is false.
func confirmed(inc journal.Incident) bool {
	return inc.State == journal.StateConfirmed || inc.Again == journal.StateConfirmed
}

// poses reports whether the site of an incident imitated Amazon, by its name or by
// what it showed, as far as sekisho can tell.
func poses(inc journal.Incident) bool {
	return inc.Ground == "lookalike" || inc.Ground == "page" || strings.HasPrefix(inc.Technique, "sign-in-") || inc.Technique == "amazon-fields"
}

// Did is what sekisho did, or would have done of what was only observed. Of what was held,
// some may have reached the site all the same: before it was recognised, or because
// somebody went on.
func (w words) Did(action string, sent *bool, observed bool) string {
	switch {
	case observed:
		return w.O("action." + action + ".observed")
	case action == journal.ActionHold && sent != nil && *sent:
		return w.O("action.hold.sent")
	}
	return w.O("action." + action)
}

// Said is whether anything of a visit reached the site, in words.
func (w words) Said(sent *bool) string {
	switch {
	case sent == nil:
		return w.O("sent.unknown")
	case *sent:
		return w.O("sent.yes")
	}
	return w.O("sent.no")
}

// Text is the report as plain text. Every text of the journal is without control
// characters already; line ends here are those of the report alone.
func (e evidence) Text() string {
	var b strings.Builder
	b.WriteString(e.Lead + "\n\n")
	for _, f := range e.Facts {
		b.WriteString("■ " + f.Name + "\n")
		for _, s := range f.Texts {
			b.WriteString("  " + oneLine(s) + "\n")
		}
	}
	b.WriteString("\n" + e.O("report.nothing") + "\n")
	return b.String()
}

// oneLine keeps a text to its line, whatever the journal has.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029' || c == '\u0085' {
			return ' '
		}
		return c
	}, s)
}
