// Package websocket reads what passes through a WebSocket (RFC 6455): the heads
// of frames, where one frame ends and the next begins, and what was compressed
// (RFC 7692). It is for whoever stands between two ends and lets the bytes pass
// as they came, so it writes no frames and opens nothing. What a client sends can be
// kept back until it was judged, message by message ([Messages]); who judges is the
// caller's business ([Judge]).
package websocket

import (
	"encoding/binary"
	"errors"
)

// Opcodes of a WebSocket frame (RFC 6455, section 5.2).
const (
	OpContinuation = 0
	OpText         = 1
	OpBinary       = 2
	OpClose        = 8
	opPong         = 10
)

// maxFrameHeader is two bytes, a 64-bit length and a mask.
const maxFrameHeader = 14

// Header is the head of one frame.
type Header struct {
	Fin, RSV1 bool
	Opcode    byte
	Masked    bool
	mask      [4]byte
	Length    int64 // of the payload
}

// Control reports whether h is that of a control frame, which may stand between
// the fragments of a message (RFC 6455, section 5.4).
func (h *Header) Control() bool { return h.Opcode >= OpClose }

// ErrFrame is a frame that no client may send.
var ErrFrame = errors.New("malformed WebSocket frame")

// ParseFrame reads the head of a frame from the start of b. n is its length, 0
// when more bytes are needed.
func ParseFrame(b []byte) (h Header, n int, err error) {
	if len(b) < 2 {
		return h, 0, nil
	}
	h = Header{Fin: b[0]&0x80 != 0, RSV1: b[0]&0x40 != 0, Opcode: b[0] & 0x0f, Masked: b[1]&0x80 != 0}
	if b[0]&0x30 != 0 {
		return h, 0, ErrFrame // no extension in use gives these bits a meaning
	}
	n = 2
	switch short := b[1] & 0x7f; short {
	case 126:
		if n = 4; len(b) < n {
			return h, 0, nil
		}
		h.Length = int64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		if n = 10; len(b) < n {
			return h, 0, nil
		}
		length := binary.BigEndian.Uint64(b[2:])
		if length>>63 != 0 {
			return h, 0, ErrFrame
		}
		h.Length = int64(length)
	default:
		h.Length = int64(short)
	}
	if h.Masked {
		if len(b) < n+4 {
			return h, 0, nil
		}
		copy(h.mask[:], b[n:])
		n += 4
	}
	switch {
	case h.Control() && (h.Length > 125 || !h.Fin || h.RSV1), h.Opcode > opPong, h.Opcode > OpBinary && h.Opcode < OpClose:
		return h, 0, ErrFrame
	}
	return h, n, nil
}

// Unmask applies the mask to p, whose first byte is at offset in the payload.
func (h *Header) Unmask(p []byte, offset int64) {
	for i := range p {
		p[i] ^= h.mask[(offset+int64(i))&3]
	}
}

// Boundary follows one direction of a WebSocket to know when a frame is over:
// between two frames, one of ours can be put in. The zero value stands before
// the answer to the handshake.
type Boundary struct {
	begun bool // the handshake is over
	crlf  int  // how much of its end was seen
	head  [maxFrameHeader]byte
	have  int   // of head
	left  int64 // of a payload
	lost  bool  // what came is no frame
}

// Pass takes note of p, which passes.
func (b *Boundary) Pass(p []byte) {
	for len(p) > 0 && !b.lost {
		switch {
		case !b.begun:
			b.handshake(p[0])
			p = p[1:]
		case b.left > 0:
			n := min(int64(len(p)), b.left)
			b.left -= n
			p = p[n:]
		default:
			b.head[b.have] = p[0]
			b.have++
			p = p[1:]
			h, n, err := ParseFrame(b.head[:b.have])
			b.lost = err != nil || n == 0 && b.have == maxFrameHeader
			if n > 0 {
				b.left, b.have = h.Length, 0
			}
		}
	}
}

func (b *Boundary) handshake(c byte) {
	if c == "\r\n\r\n"[b.crlf] {
		b.crlf++
	} else if b.crlf = 0; c == '\r' {
		b.crlf = 1
	}
	b.begun = b.crlf == 4
}

// Between reports whether no frame is under way.
func (b *Boundary) Between() bool { return b.begun && !b.lost && b.left == 0 && b.have == 0 }
