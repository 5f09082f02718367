package framing

import (
	"bytes"

	"sekisho/proxy/escapes"
	"sekisho/proxy/h1"
)

// heads follows the requests on a client's connection on their way to net/http's
// server: it reads each head and passes over each body as that server does, so that
// what stands in a body is never taken for a field. It stops at the first request that
// two readers may end at two places; that server refuses others by itself. The zero
// value stands at the beginning of a connection.
type heads struct {
	read  int32 // heads that are whole
	wrong Wrong
	in    headState
	name  string // what the line may be or is, in lower case and with its colon
	at    int    // how much of it is here
	line  tail   // of the request line
	path  escapes.Line
	bare  bool // what comes may be no request, and stays as it is

	coded, sized, unclear bool
	value                 fieldValue
	length                int64 // of the first Content-Length
	left                  int64 // of a body
	chunks                h1.Chunks
}

type headState uint8

const (
	inGap      headState = iota // before a request; line ends may stand there
	inRequest                   // its first line
	inStart                     // at the first byte of a field's line
	inLineFeed                  // behind a CR there
	inName
	inValue
	inLine // the rest of a line that does not matter
	inSized
	inChunked
)

// The fields that tell where a body ends, and one behind which something else may follow.
const (
	codedField    = "transfer-encoding:"
	sizedField    = "content-length:"
	upgradesField = "upgrade:"
)

// feed takes the next bytes, in which it hides what net/http would refuse in a path.
func (h *heads) feed(p []byte) {
	for len(p) > 0 && h.wrong == Sound {
		switch h.in {
		case inSized:
			n := min(int64(len(p)), h.left)
			if h.left -= n; h.left == 0 {
				h.in = inGap
			}
			p = p[n:]
		case inChunked:
			n, ok := h.chunks.Feed(p)
			if !ok {
				h.wrong = behindUnclear
			}
			if h.chunks.Ended() {
				h.in = inGap
			}
			p = p[n:]
		case inRequest, inLine:
			end := bytes.IndexByte(p, '\n')
			piece := p
			if end >= 0 {
				piece = p[:end]
			}
			if h.in == inRequest {
				h.line.add(piece)
				h.path.Hide(piece)
			}
			if end < 0 {
				return
			}
			h.in, p = inStart, p[end+1:]
		default:
			h.one(p[0])
			p = p[1:]
		}
	}
}

// one takes a byte that is in no body and in no line that does not matter.
func (h *heads) one(b byte) {
	switch {
	case h.in == inGap && (b == '\r' || b == '\n'):
	case h.in == inGap:
		h.in, h.line = inRequest, tail{n: 1} // no line begins with what it ends with
		h.path = escapes.Line{Bare: h.bare}
		h.coded, h.sized, h.unclear, h.name = false, false, false, ""
	case b == '\n' && (h.in == inStart || h.in == inLineFeed):
		h.finish()
	case b == '\n':
		if h.in == inName { // without a colon
			h.name = ""
		}
		h.in = inStart
	case h.in == inStart:
		h.start(b)
	case h.in == inName:
		h.letter(b)
	case h.in == inValue:
		h.value.add(b)
	default: // a line that begins with a CR: nobody takes it
		h.in = inLine
	}
}

// start takes the first byte of a line. One that begins with a blank continues the
// line before (RFC 9112, section 5.2), and net/http joins them.
func (h *heads) start(b byte) {
	switch {
	case b == '\r':
		h.in = inLineFeed
	case (b == ' ' || b == '\t') && h.name != "":
		h.in = inValue
		h.value.add(' ')
	case b == ' ' || b == '\t':
		h.in = inLine
	default:
		h.close()
		switch lower(b) {
		case codedField[0]:
			h.name = codedField
		case sizedField[0]:
			h.name = sizedField
		case upgradesField[0]:
			h.name = upgradesField
		}
		if h.in = inLine; h.name != "" {
			h.in, h.at = inName, 1
		}
	}
}

// letter takes the next byte of a name.
func (h *heads) letter(b byte) {
	if lower(b) != h.name[h.at] {
		h.in, h.name = inLine, ""
		return
	}
	if h.at++; h.at == len(h.name) {
		h.in, h.value = inValue, fieldValue{coding: h.name == codedField}
	}
}

// close takes the field that is whole now, if it is one of the two.
func (h *heads) close() {
	switch h.name {
	case codedField:
		h.unclear = h.unclear || h.coded || !h.value.chunked()
		h.coded = true
	case sizedField:
		n, ok := h.value.length()
		h.unclear = h.unclear || !ok || h.sized && n != h.length
		h.sized, h.length = true, n
	case upgradesField:
		h.bare = true
	}
	h.name = ""
}

// finish is at the end of a head.
func (h *heads) finish() {
	h.close()
	h.read++
	h.bare = h.bare || h.path.Pathless() // CONNECT
	switch {
	case h.path.Fragment:
		h.wrong = withFragment
	case h.coded && h.line.old():
		h.wrong = codedOld
	case h.coded && h.sized:
		h.wrong = codedAndSized
	case h.unclear:
		h.wrong = behindUnclear // net/http refuses it
	case h.coded:
		h.in, h.chunks = inChunked, h1.Chunks{}
	case h.sized && h.length > 0:
		h.in, h.left = inSized, h.length
	default:
		h.in = inGap
	}
}
