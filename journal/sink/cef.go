package sink

import (
	"net/netip"
	"strconv"
	"strings"

	"sekisho/journal"
)

// cef writes events in the Common Event Format of ArcSight, version 0 ("Micro
// Focus Security ArcSight Common Event Format", version 26): a header of seven
// fields between bars, and an extension of key=value. Keys that the format does not
// have are custom strings with a label beside them.
type cef struct{ version string }

// cefSeverity is 0 to 10.
func cefSeverity(severity string) string {
	switch severity {
	case journal.SeverityRed:
		return "9"
	case journal.SeverityAmber:
		return "6"
	}
	return "3"
}

// append appends e as one line, without an end.
func (c *cef) append(b []byte, e *journal.Event) []byte {
	b = append(b, "CEF:0"...)
	for _, field := range [...]string{"sekisho", "sekisho", c.version, signature(e), summary(e), cefSeverity(e.Severity)} {
		b = append(b, '|')
		b = appendEscaped(b, oneLine(field), `\|`)
	}
	b = append(b, '|')
	begin := len(b)
	pair := func(key, value string) {
		if value == "" {
			return
		}
		if len(b) > begin {
			b = append(b, ' ')
		}
		b = append(b, key...)
		b = append(b, '=')
		b = appendEscaped(b, oneLine(value), `\=`)
	}
	labelled := func(key, label, value string) {
		if value != "" {
			pair(key+"Label", label)
			pair(key, value)
		}
	}
	pair("externalId", strconv.FormatInt(e.ID, 10))
	pair("rt", strconv.FormatInt(e.Time.UnixMilli(), 10))
	pair("cat", e.Door)
	pair("act", e.Action)
	if a, err := netip.ParseAddr(e.Client); err == nil && a.Unmap().Is4() {
		pair("src", a.Unmap().String())
	} else {
		labelled("c6a2", "Source IPv6 Address", e.Client)
	}
	pair("shost", e.Device)
	pair("dhost", e.Host)
	pair("duser", e.Account)
	pair("msg", e.Detail)
	labelled("cs1", "ground", e.Ground)
	labelled("cs2", "technique", e.Technique)
	labelled("cs3", "target", e.Target)
	labelled("cs4", "signs", strings.Join(e.Signs, ","))
	labelled("cs5", "fields", strings.Join(e.Fields, ","))
	labelled("cs6", "incident", e.Incident)
	labelled("cfp1", "score", scoreText(e))
	labelled("flexString1", "sent", sentText(e))
	labelled("flexString2", "observed", observedText(e))
	return b
}

// signature is what a collector sorts events by.
func signature(e *journal.Event) string {
	for _, s := range []string{e.Technique, e.Ground, e.Action} {
		if s != "" {
			return s
		}
	}
	return "event"
}
