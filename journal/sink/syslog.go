package sink

import (
	"fmt"
	"os"
	"strconv"

	"sekisho/config"
	"sekisho/journal"
)

const (
	// facility is local0, which no system service claims (RFC 5424, table 1).
	facility = 16
	// The longest header fields, RFC 5424, section 6.
	maxHostname, maxProcID, maxMsgID = 255, 128, 32
	stampForm                        = "2006-01-02T15:04:05.000Z07:00"
)

// syslogSeverity gives the numbers of RFC 5424, table 2: critical, warning, and
// informational for all else.
func syslogSeverity(severity string) int {
	switch severity {
	case journal.SeverityRed:
		return 2
	case journal.SeverityAmber:
		return 4
	}
	return 6
}

// syslog writes messages of RFC 5424. What an event says is structured data, under
// an id with an enterprise number: names without one are IANA's to give.
type syslog struct {
	host, process string // as the header has them
	id            string // of the structured data
	origin        string // the element of section 7.2, whole
	cef           *cef   // the message is CEF instead, and there are no data
}

func newSyslog(c config.Sink, o *Options) *syslog {
	host, _ := os.Hostname() // "-" when the system does not tell
	s := &syslog{
		host: word(host, maxHostname), process: word(strconv.Itoa(os.Getpid()), maxProcID),
		id: fmt.Sprintf("sekisho@%d", c.Enterprise),
	}
	s.origin = string(append(appendParam([]byte(`[origin software="sekisho"`), "swVersion", o.Version), ']'))
	if c.Format == "cef" {
		s.cef = &cef{version: o.Version}
	}
	return s
}

// append appends e as one message, without an end. brief leaves out what can be
// long, for transports that cannot carry it.
func (s *syslog) append(b []byte, e *journal.Event, brief bool) []byte {
	b = fmt.Appendf(b, "<%d>1 %s %s sekisho %s %s ", facility*8+syslogSeverity(e.Severity),
		e.Time.UTC().Format(stampForm), s.host, s.process, word(e.Action, maxMsgID))
	if s.cef != nil {
		b = append(b, "- "...)
		if brief {
			e = short(e)
		}
		return s.cef.append(b, e)
	}
	b = append(b, s.origin...)
	b = append(b, '[')
	b = append(b, s.id...)
	b = appendParam(b, "id", strconv.FormatInt(e.ID, 10))
	if brief {
		e = short(e)
		b = appendParam(b, "shortened", "true")
	}
	for _, p := range [...]struct{ name, value string }{
		{"door", e.Door},
		{"client", e.Client},
		{"device", e.Device},
		{"host", e.Host},
		{"action", e.Action},
		{"severity", e.Severity},
		{"ground", e.Ground},
		{"technique", e.Technique},
		{"target", e.Target},
		{"score", scoreText(e)},
		{"detail", e.Detail},
		{"account", e.Account},
		{"sent", sentText(e)},
		{"observed", observedText(e)},
		{"incident", e.Incident},
	} {
		b = appendParam(b, p.name, p.value)
	}
	for _, sign := range e.Signs { // a name may stand more than once, section 6.3.3
		b = appendParam(b, "sign", sign)
	}
	for _, field := range e.Fields {
		b = appendParam(b, "field", field)
	}
	b = append(b, "] "...)
	return append(b, summary(e)...)
}

// appendParam appends a parameter, unless it is empty. Section 6.3.3 wants these
// three escaped, and no others.
func appendParam(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, ' ')
	b = append(b, name...)
	b = append(b, '=', '"')
	b = appendEscaped(b, oneLine(value), `"\]`)
	return append(b, '"')
}

// short returns e without what can be long; the id leads to the rest.
func short(e *journal.Event) *journal.Event {
	s := *e
	s.Detail, s.Signs, s.Fields = "", nil, nil
	return &s
}

func scoreText(e *journal.Event) string {
	if e.Score == 0 {
		return ""
	}
	return strconv.FormatFloat(e.Score, 'g', -1, 64)
}

func sentText(e *journal.Event) string {
	if e.Sent == nil {
		return ""
	}
	return strconv.FormatBool(*e.Sent)
}

func observedText(e *journal.Event) string {
	if !e.Observed {
		return ""
	}
	return "true"
}
