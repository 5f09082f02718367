package framing

import (
	"bytes"
	"errors"

	"sekisho/proxy/h1"
)

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")

// answerLook reads the heads of answers as they pass: whether one of HTTP/1.0 has a
// transfer coding, and which fields Connection lists.
type answerLook struct {
	in     lookState
	old    bool   // the head is of HTTP/1.0
	line   []byte // how the line begins, or all of it that lists fields
	lists  bool   // the line before, which this one may continue, lists fields
	listed []byte // by the last head, parted by commas
}

type lookState uint8

const (
	lookNowhere lookState = iota // a body, or nothing of interest
	lookStatus
	lookFields
	lookInterim // the fields of an answer that is not the last
	lookRefused
)

const (
	lookBegin       = 19 // bytes that tell what a line is
	connectionField = "connection:"
)

// begin is before the first byte of an answer.
func (l *answerLook) begin() {
	l.in, l.line, l.lists, l.listed = lookStatus, l.line[:0], false, nil
}

// look returns [errOldCoding] when the bytes that came end the first line that says
// so, and ever after: a reader may forget an error that came with half a line.
func (l *answerLook) look(p []byte) error {
	if l.in == lookRefused {
		return errOldCoding
	}
	for len(p) > 0 && l.in != lookNowhere {
		end := bytes.IndexByte(p, '\n')
		piece := p
		if end >= 0 {
			piece = p[:end]
		}
		l.add(piece)
		if end < 0 {
			return nil
		}
		if err := l.ended(); err != nil {
			return err
		}
		p = p[end+1:]
	}
	return nil
}

// add takes the next bytes of a line.
func (l *answerLook) add(piece []byte) {
	keep := min(len(piece), max(0, lookBegin-len(l.line)))
	l.line = append(l.line, piece[:keep]...)
	if l.ofList() {
		l.line = append(l.line, piece[keep:]...)
	}
}

// ofList reports whether the line lists fields, by itself or with the one that it
// continues (RFC 9112, section 5.2).
func (l *answerLook) ofList() bool {
	return l.in == lookFields && (h1.HasPrefixFold(l.line, connectionField) ||
		l.lists && len(l.line) > 0 && (l.line[0] == ' ' || l.line[0] == '\t'))
}

// ended takes the line that is whole now.
func (l *answerLook) ended() error {
	line := bytes.TrimSuffix(l.line, []byte("\r"))
	continues := l.lists
	l.lists = l.ofList()
	l.line = l.line[:0]
	switch {
	case l.in == lookStatus:
		l.status(line)
	case len(line) == 0 && l.in == lookInterim:
		l.in = lookStatus
	case len(line) == 0:
		l.in = lookNowhere
	case l.lists && continues && (line[0] == ' ' || line[0] == '\t'):
		l.listed = append(l.listed, line...)
	case l.lists:
		l.listed = append(append(l.listed, ','), line[len(connectionField):]...)
	case l.old && h1.HasPrefixFold(line, codedField[:len(codedField)-1]):
		l.in = lookRefused
		return errOldCoding
	}
	return nil
}

func (l *answerLook) status(line []byte) {
	l.old = bytes.HasPrefix(line, []byte("HTTP/1.0 "))
	switch {
	case len(line) > 9 && bytes.HasPrefix(line, []byte("HTTP/1.")) && line[9] == '1' && !bytes.HasPrefix(line[9:], []byte("101")):
		l.in = lookInterim
	case bytes.HasPrefix(line, []byte("HTTP/1.")) && !bytes.HasPrefix(line[min(9, len(line)):], []byte("101")), l.old:
		l.in = lookFields
	default:
		l.in = lookNowhere
	}
}
