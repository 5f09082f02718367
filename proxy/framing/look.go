package framing

import (
	"bytes"
	"errors"

	"sekisho/proxy/h1"
)

// errOldCoding is an HTTP/1.0 answer with a transfer coding.
var errOldCoding = errors.New("malformed HTTP response: a transfer coding in HTTP/1.0")

// answerLook reads the heads of answers as they pass, as far as HTTP/1.0 goes.
type answerLook struct {
	in   lookState
	old  bool     // the head is of HTTP/1.0
	line [19]byte // how the line begins
	n    int      // how much of it is here; more when it is longer
}

type lookState uint8

const (
	lookNowhere lookState = iota // a body, or nothing of interest
	lookStatus
	lookFields
	lookInterim // the fields of an answer that is not the last
	lookRefused
)

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
		if l.n < len(l.line) {
			copy(l.line[l.n:], piece)
		}
		l.n += len(piece)
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

// ended takes the line that is whole now.
func (l *answerLook) ended() error {
	line := bytes.TrimSuffix(l.line[:min(l.n, len(l.line))], []byte("\r"))
	l.n = 0
	switch {
	case l.in == lookStatus:
		l.status(line)
	case len(line) == 0 && l.in == lookInterim:
		l.in = lookStatus
	case len(line) == 0:
		l.in = lookNowhere
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
	case l.old:
		l.in = lookFields
	default:
		l.in = lookNowhere
	}
}
