package imitation

import (
	"net/http"

	"sekisho/hostname"
	"sekisho/imitation/charset"
)

// messageText is how much text messages have together until those that come after
// are measured anew: a page stands in a few, and noise may come before it.
const messageText = shortPage / 2

// Messages returns a scanner for what a server sends through a WebSocket, which a
// page shows or makes itself of: each message is read as a document and as data.
// It must be closed. [Scanner.Next] ends a message.
func Messages(host hostname.Name) *Scanner {
	s := newScanner(Response{Host: host, Target: "/", Header: http.Header{}}, htmlPage)
	s.fetched, s.headEnd, s.series = true, true, true
	s.recode = charset.NewDecoder(nil, "text/html; charset=utf-8", true)
	s.renew()
	return s
}

// Next ends a message of [Messages].
func (s *Scanner) Next() {
	if s.done {
		return
	}
	s.wrap.end()
	s.page.restart()
	s.data.script.end()
	if s.page.spots.end > messageText {
		s.before.fields = s.data.collect(&s.found.set, s.page.collect(&s.found.set, s.before.fields))
		s.before.fields = s.before.fields[:min(len(s.before.fields), maxFields)]
		s.page.words(&s.before.said)
		s.data.words(&s.before.said)
		s.renew()
	}
}

func (s *Scanner) renew() {
	s.page = newDocument(&s.found, 0, false)
	s.asData()
}

// gathered is what messages said before those that are measured now.
type gathered struct {
	fields []field
	said   said
}
