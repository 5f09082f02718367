package websocket

import (
	"net/netip"

	"sekisho/guard"
	"sekisho/proxy/budget"
)

// Messages takes the bytes of a client's frames and lets them out as messages
// that were judged. Control frames pass between the fragments of a message
// (RFC 6455, section 5.4), judged as well: a page may choose the reason of a close,
// and a program what it pings with. Of a message longer than [guard.MaxBody] the
// beginning is judged before it leaves, and the rest as it passes. It is for
// one goroutine.
type Messages struct {
	judge   Judge
	head    guard.Head
	deflate bool
	inflate *Inflater // nil until a compressed message came

	frame  Header
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

// Judge says what may leave of what a client sends. It is called by whoever feeds.
type Judge interface {
	// Hints is what is known of the site by now.
	Hints() guard.Hints
	// Weigh asks about what was found in a message, which it wipes, and returns why
	// nothing more may leave. sent says that a part of the message has left.
	Weigh(f *guard.Finding, sent bool) error
}

// NewMessages reads the messages of a client, whose handshake had head. deflate says that
// they may be compressed, and memory is where they wait.
func NewMessages(judge Judge, head guard.Head, deflate bool, memory *budget.Budget, client netip.Addr) *Messages {
	return &Messages{judge: judge, head: head, deflate: deflate, raw: memory.Hold(client), text: memory.Hold(client)}
}

// messageLag is how much of a long message is kept back until more comes: the
// stream may find what is in there later, and the Inflater give it out later.
const messageLag = guard.Window + Window

// Take gives out what may leave.
func (m *Messages) Take(p []byte) int {
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

// Feed takes what the client sent. An error is why nothing more may leave.
func (m *Messages) Feed(p []byte) error {
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
func (m *Messages) begin() error {
	h, n, err := ParseFrame(m.header)
	if err != nil || n == 0 {
		return err
	}
	switch {
	case !h.Masked, h.RSV1 && (!m.deflate || h.Opcode == OpContinuation),
		!h.Control() && (h.Opcode == OpContinuation) != m.open:
		return ErrFrame
	}
	if h.Opcode == OpText || h.Opcode == OpBinary {
		m.compressed, m.binary, m.open = h.RSV1, h.Opcode == OpBinary, true
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
func (m *Messages) keep(p []byte) error {
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
func (m *Messages) payload(p []byte) error {
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
func (m *Messages) release() {
	m.out = append(m.out, m.raw.B...)
	m.raw.Drop()
	m.text.Drop()
}

// frameEnds ends the message with its last frame.
func (m *Messages) frameEnds() error {
	if m.frame.Control() {
		return m.controlEnds()
	}
	if !m.frame.Fin {
		return nil
	}
	if m.compressed {
		if err := m.content(SyncTail); err != nil {
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
	if err := m.message(m.text.B, m.binary); err != nil {
		return err
	}
	m.release()
	m.forget()
	return nil
}

// controlEnds judges a control frame and lets it out.
func (m *Messages) controlEnds() error {
	if n := int(m.frame.Length); n > 0 {
		payload := append([]byte(nil), m.control[len(m.control)-n:]...)
		defer clear(payload)
		m.frame.Unmask(payload, 0)
		binary := m.frame.Opcode != OpClose
		if !binary {
			payload = payload[min(2, n):] // behind the status (RFC 6455, section 5.5.1)
		}
		if err := m.message(payload, binary); err != nil {
			return err
		}
	}
	m.out = append(m.out, m.control...)
	clear(m.control)
	m.control = m.control[:0]
	return nil
}

func (m *Messages) forget() { m.open, m.compressed, m.inflated, m.seen = false, false, 0, 0 }

// Close gives everything back.
func (m *Messages) Close() {
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
