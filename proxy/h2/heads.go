package h2

import (
	"encoding/binary"

	"golang.org/x/net/http2/hpack"

	"sekisho/proxy/escapes"
)

// heads passes on a client's bytes of HTTP/2, but each head when it is whole, and in a
// spelling that net/http reads (package escapes). It trusts nothing of them: what it does
// not understand it passes on, and looks at nothing any more, as the server ends such a
// connection. The zero value stands at the beginning of one.
type heads struct {
	out    []byte // what is passed on, to be read
	blind  bool
	past   int // bytes that were passed of the preface
	left   int // of a frame's payload
	header [frameHead]byte
	n      int // bytes of header that are here

	held    []byte // the frames of the head that is under way
	payload int    // where that of the last of them begins
	table   *hpack.Decoder
	fields  int    // of the head, so far
	path    string // of the request, as net/http is to read it, if that is another
	pathAt  int    // which of the fields it is
}

const (
	frameHead = 9

	flagPadded   = 8
	flagPriority = 32

	// maxHeld is more than a head may measure for the server to answer it, which refuses
	// what has 128 KiB.
	maxHeld = 320 << 10
	// tableSize is that of a client's dynamic table, which the server does not change
	// (RFC 9113, section 6.5.2).
	tableSize = 4 << 10
)

// plain takes those of the next bytes that come before a head, above all what is uploaded,
// and returns how many they are. They pass as they are; feed takes the rest.
func (h *heads) plain(p []byte) (n int) {
	if h.past < prefaceLength || h.held != nil || h.n > 0 || h.blind {
		return 0
	}
	for n < len(p) {
		switch rest := p[n:]; {
		case h.left > 0:
			m := min(h.left, len(rest))
			h.left, n = h.left-m, n+m
		case len(rest) < frameHead || rest[3] == frameHeaders:
			return n
		default:
			h.left, n = int(binary.BigEndian.Uint32(rest)>>8), n+frameHead
		}
	}
	return n
}

// feed takes the next bytes.
func (h *heads) feed(p []byte) {
	preface := min(prefaceLength-h.past, len(p))
	h.past += preface
	h.out, p = append(h.out, p[:preface]...), p[preface:]
	for len(p) > 0 && !h.blind {
		if h.left == 0 {
			p = h.begin(p)
		} else {
			n := min(h.left, len(p))
			h.pass(p[:n])
			h.left, p = h.left-n, p[n:]
		}
		if h.left == 0 && h.n == 0 && h.held != nil {
			h.frame()
		}
	}
	h.out = append(h.out, p...)
}

// begin takes bytes of a frame's own head, and returns what is behind them.
func (h *heads) begin(p []byte) []byte {
	n := copy(h.header[h.n:], p)
	if h.n += n; h.n < frameHead {
		return p[n:]
	}
	h.n, h.left = 0, int(binary.BigEndian.Uint32(h.header[:4])>>8)
	kind := h.header[3]
	switch {
	case h.held == nil && kind == frameHeaders:
		h.held, h.fields, h.path = make([]byte, 0, frameHead+min(h.left, maxKept)), 0, ""
	case h.held != nil && kind != frameContinuation:
		h.giveUp()
	}
	h.payload = len(h.held) + frameHead
	h.pass(h.header[:])
	return p[n:]
}

// pass takes bytes of a frame: of a head, or of what is passed on at once.
func (h *heads) pass(p []byte) {
	if h.held == nil {
		h.out = append(h.out, p...)
		return
	}
	if h.held = append(h.held, p...); len(h.held) > maxHeld {
		h.giveUp()
	}
}

// giveUp passes on what was held, and all that comes.
func (h *heads) giveUp() {
	h.out, h.held, h.table, h.blind = append(h.out, h.held...), nil, nil, true
}

// frame is at the end of a frame of a head.
func (h *heads) frame() {
	fragment, ok := fragmentOf(h.header, h.held[h.payload:])
	if h.table == nil {
		h.table = hpack.NewDecoder(tableSize, h.field)
	}
	if ok {
		_, err := h.table.Write(fragment)
		ok = err == nil
	}
	ends := h.header[4]&flagEndHeaders != 0
	if ok && ends {
		ok = h.table.Close() == nil
	}
	switch {
	case !ok:
		h.giveUp()
	case ends && h.path == "":
		h.out, h.held = append(h.out, h.held...), nil
	case ends:
		h.out, h.held = appendRespelled(h.out, h.held, h.pathAt, h.path), nil
	}
}

// field takes note of a field of the head.
func (h *heads) field(f hpack.HeaderField) {
	if f.Name == ":path" {
		if read := escapes.Hide(f.Value); read != f.Value {
			h.path, h.pathAt = read, h.fields
		}
	}
	h.fields++
}

// fragmentOf is the part of a field block that the payload of a frame with header carries
// (RFC 9113, section 6.2). It reports false for what is none.
func fragmentOf(header [frameHead]byte, payload []byte) (fragment []byte, ok bool) {
	padding := 0
	if header[3] == frameHeaders && header[4]&flagPadded != 0 {
		if len(payload) == 0 {
			return nil, false
		}
		padding, payload = int(payload[0]), payload[1:]
	}
	if header[3] == frameHeaders && header[4]&flagPriority != 0 {
		if len(payload) < prioritySize {
			return nil, false
		}
		payload = payload[prioritySize:]
	}
	if padding > len(payload) {
		return nil, false
	}
	return payload[:len(payload)-padding], true
}
