package proxy

import (
	"encoding/binary"
	"errors"
)

// Opcodes of a WebSocket frame (RFC 6455, section 5.2).
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPong         = 10
)

// maxFrameHeader is two bytes, a 64-bit length and a mask.
const maxFrameHeader = 14

// frameHeader is the head of one frame.
type frameHeader struct {
	fin, rsv1 bool
	opcode    byte
	masked    bool
	mask      [4]byte
	length    int64 // of the payload
}

func (h *frameHeader) control() bool { return h.opcode >= opClose }

// errFrame is a frame that no client may send.
var errFrame = errors.New("malformed WebSocket frame")

// parseFrame reads the head of a frame from the start of b. n is its length, 0
// when more bytes are needed.
func parseFrame(b []byte) (h frameHeader, n int, err error) {
	if len(b) < 2 {
		return h, 0, nil
	}
	h = frameHeader{fin: b[0]&0x80 != 0, rsv1: b[0]&0x40 != 0, opcode: b[0] & 0x0f, masked: b[1]&0x80 != 0}
	if b[0]&0x30 != 0 {
		return h, 0, errFrame // no extension in use gives these bits a meaning
	}
	n = 2
	switch short := b[1] & 0x7f; short {
	case 126:
		if n = 4; len(b) < n {
			return h, 0, nil
		}
		h.length = int64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		if n = 10; len(b) < n {
			return h, 0, nil
		}
		length := binary.BigEndian.Uint64(b[2:])
		if length>>63 != 0 {
			return h, 0, errFrame
		}
		h.length = int64(length)
	default:
		h.length = int64(short)
	}
	if h.masked {
		if len(b) < n+4 {
			return h, 0, nil
		}
		copy(h.mask[:], b[n:])
		n += 4
	}
	switch {
	case h.control() && (h.length > 125 || !h.fin || h.rsv1), h.opcode > opPong, h.opcode > opBinary && h.opcode < opClose:
		return h, 0, errFrame
	}
	return h, n, nil
}

// unmask applies the mask to p, whose first byte is at offset in the payload.
func (h *frameHeader) unmask(p []byte, offset int64) {
	for i := range p {
		p[i] ^= h.mask[(offset+int64(i))&3]
	}
}

// boundary follows one direction of a WebSocket to know when a frame is over:
// between two frames, one of ours can be put in. The zero value stands before
// the answer to the handshake.
type boundary struct {
	begun bool // the handshake is over
	crlf  int  // how much of its end was seen
	head  [maxFrameHeader]byte
	have  int   // of head
	left  int64 // of a payload
	lost  bool  // what came is no frame
}

// pass takes note of p, which passes.
func (b *boundary) pass(p []byte) {
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
			h, n, err := parseFrame(b.head[:b.have])
			b.lost = err != nil || n == 0 && b.have == maxFrameHeader
			if n > 0 {
				b.left, b.have = h.length, 0
			}
		}
	}
}

func (b *boundary) handshake(c byte) {
	if c == "\r\n\r\n"[b.crlf] {
		b.crlf++
	} else if b.crlf = 0; c == '\r' {
		b.crlf = 1
	}
	b.begun = b.crlf == 4
}

// between reports whether no frame is under way.
func (b *boundary) between() bool { return b.begun && !b.lost && b.left == 0 && b.have == 0 }
