package imitation

import (
	"bytes"
	"strings"

	"sekisho/imitation/charset"
)

// events takes the data out of a stream of events (HTML, section 9.2.6).
type events struct {
	at   int  // how many bytes of the line were its name; past it from dataField on
	skip bool // the line is none of data

	record bool // the event at hand is JSON
	plain  int  // what it has of anything else, in bytes
}

// maxSignal is how long an event is at most that is no record and nothing to read, as the
// word that ends an answer.
const maxSignal = 64

// takes reports whether p, of the data of an event, belongs to a record, and whether the
// event is one that a page may be made of: markup, words or something packed.
func (e *events) takes(p []byte) (record, page bool) {
	if !e.record && e.plain == 0 {
		p = bytes.TrimLeft(p, " \t")
		e.record = len(p) > 0 && p[0] == '{'
	}
	if e.record {
		return true, false
	}
	e.plain += len(p)
	return false, e.plain > maxSignal || bytes.IndexByte(p, '<') >= 0 || charset.ASCII(p) < len(p)
}

// end ends an event.
func (e *events) end() { e.record, e.plain = false, 0 }

const dataField = "data:"

// write gives the data of each event to use, and ends it with done.
func (e *events) write(p []byte, use func([]byte), done func()) {
	for i, from := 0, -1; i <= len(p); i++ {
		switch {
		case i == len(p) || p[i] == '\n':
			if from >= 0 {
				use(p[from:i])
			}
			if from = -1; i == len(p) {
				return
			}
			if e.at == 0 {
				done()
			}
			e.at, e.skip = 0, false
		case p[i] == '\r' || e.skip:
		case e.at == len(dataField):
			if from < 0 {
				from = i
			}
		case p[i] == dataField[e.at]:
			e.at++
		default:
			e.at, e.skip = len(dataField), true
		}
	}
}

// streams reports whether the body is a stream of events.
func (s *Scanner) streams() bool {
	return strings.Contains(strings.ToLower(s.contentType), "text/event-stream")
}

// event takes data of an event. Mailboxes, chats and programs that answer word by word
// send records; a page may come in one, as in data that comes by itself.
func (s *Scanner) event(p []byte) {
	record, page := s.events.takes(p)
	if record {
		s.data.script.write(p)
	}
	s.shape.own = s.shape.own || page
	if !s.shown {
		s.unwrap(p)
	}
}

func (s *Scanner) endEvent() {
	s.events.end()
	s.wrap.end()
}
