package proxy

import (
	"sekisho/guard"
	"sekisho/proxy/budget"
	"sekisho/proxy/websocket"
)

// messages takes the bytes of a client's frames and lets them out as messages
// that were judged. Control frames pass between the fragments of a message
// (RFC 6455, section 5.4), judged as well: a page may choose the reason of a close,
// and a program what it pings with. Of a message longer than [guard.MaxBody] the
// beginning is judged before it leaves, and the rest as it passes. It is for
// one goroutine.
type messages struct {
	guard   *socketGuard
	inflate *websocket.Inflater // nil until a compressed message came

	frame  websocket.Header
	header []byte // of the frame that begins
	offset int64  // in the frame's payload
	inside bool   // a payload is under way

	open       bool // a message is under way, of which more frames come
	compressed bool
	binary     bool
	raw        budget.Holding // its frames as they came
	text       budget.Holding // its content so far
	inflated   int
	stream     *guard.Stream // reads it in passing, once it is long
	seen       int           // by stream

	control []byte // the control frame that began, as it came; at most 131 bytes

	out []byte // may leave
}

func newMessages(g *socketGuard) *messages {
	b := g.server.heldBytes
	return &messages{guard: g, raw: b.Hold(g.visit.client), text: b.Hold(g.visit.client)}
}

// messageLag is how much of a long message is kept back until more comes: the
// stream may find what is in there later, and the websocket.Inflater give it out later.
const messageLag = guard.Window + websocket.Window

// take gives out what may leave.
func (m *messages) take(p []byte) int {
	most := len(m.out)
	if m.stream != nil {
		most = max(0, most-messageLag)
	}
	n := copy(p, m.out[:most])
	clear(m.out[:n])
	if m.out = m.out[n:]; len(m.out) == 0 {
		m.out = nil
	}
	return n
}

// feed takes what the client sent. An error is why nothing more may leave.
func (m *messages) feed(p []byte) error {
	for len(p) > 0 {
		if !m.inside {
			m.header = append(m.header, p[0])
			p = p[1:]
			if err := m.begin(); err != nil {
				return err
			}
			continue
		}
		n := int(min(int64(len(p)), m.frame.Length-m.offset))
		if err := m.payload(p[:n]); err != nil {
			return err
		}
		p = p[n:]
		if m.offset == m.frame.Length {
			m.inside = false
			if err := m.frameEnds(); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin starts a frame, once its header is whole.
func (m *messages) begin() error {
	h, n, err := websocket.ParseFrame(m.header)
	if err != nil || n == 0 {
		return err
	}
	switch {
	case !h.Masked, h.RSV1 && (!m.guard.deflate || h.Opcode == websocket.OpContinuation),
		!h.Control() && (h.Opcode == websocket.OpContinuation) != m.open:
		return websocket.ErrFrame
	}
	if h.Opcode == websocket.OpText || h.Opcode == websocket.OpBinary {
		m.compressed, m.binary, m.open = h.RSV1, h.Opcode == websocket.OpBinary, true
	}
	head := m.header
	m.frame, m.offset, m.header = h, 0, m.header[:0]
	if err := m.keep(head[:n]); err != nil {
		return err
	}
	if m.inside = h.Length > 0; !m.inside {
		return m.frameEnds()
	}
	return nil
}

// keep puts bytes of a frame where they wait, or lets them out.
func (m *messages) keep(p []byte) error {
	if m.frame.Control() {
		m.control = append(m.control, p...)
		return nil
	}
	if m.stream != nil {
		m.out = append(m.out, p...)
		return nil
	}
	short := len(m.raw.B)+len(p) <= guard.MaxBody
	if short && m.raw.Room(len(p)) {
		m.raw.B = append(m.raw.B, p...)
		return nil
	}
	if err := m.passing(short); err != nil {
		return err
	}
	m.out = append(m.out, p...)
	return nil
}

// payload takes a piece of a frame's payload.
func (m *messages) payload(p []byte) error {
	if !m.frame.Control() {
		plain := append([]byte(nil), p...)
		m.frame.Unmask(plain, m.offset)
		defer clear(plain)
		if err := m.content(plain); err != nil {
			return err
		}
	}
	m.offset += int64(len(p))
	return m.keep(p)
}

// release lets the frames out that were kept.
func (m *messages) release() {
	m.out = append(m.out, m.raw.B...)
	m.raw.Drop()
	m.text.Drop()
}

// frameEnds ends the message with its last frame.
func (m *messages) frameEnds() error {
	if m.frame.Control() {
		return m.controlEnds()
	}
	if !m.frame.Fin {
		return nil
	}
	if m.compressed {
		if err := m.content(websocket.SyncTail); err != nil {
			return err
		}
	}
	if m.stream != nil {
		_ = m.stream.Close()
		err := m.found()
		m.stream = nil
		m.forget()
		return err
	}
	if err := m.guard.message(m.text.B, m.binary); err != nil {
		return err
	}
	m.release()
	m.forget()
	return nil
}

// controlEnds judges a control frame and lets it out.
func (m *messages) controlEnds() error {
	if n := int(m.frame.Length); n > 0 {
		payload := append([]byte(nil), m.control[len(m.control)-n:]...)
		defer clear(payload)
		m.frame.Unmask(payload, 0)
		binary := m.frame.Opcode != websocket.OpClose
		if !binary {
			payload = payload[min(2, n):] // behind the status (RFC 6455, section 5.5.1)
		}
		if err := m.guard.message(payload, binary); err != nil {
			return err
		}
	}
	m.out = append(m.out, m.control...)
	clear(m.control)
	m.control = m.control[:0]
	return nil
}

func (m *messages) forget() { m.open, m.compressed, m.inflated, m.seen = false, false, 0, 0 }

// close gives everything back.
func (m *messages) close() {
	m.raw.Drop()
	m.text.Drop()
	clear(m.out)
	clear(m.control)
	m.out = nil
	if m.inflate != nil {
		m.inflate.Close()
	}
	if m.stream != nil {
		_ = m.stream.Close()
		m.stream = nil
	}
}
