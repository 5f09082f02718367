package proxy

import (
	"bytes"
	"net/http"

	"sekisho/imitation"
	"sekisho/proxy/ruling"
	"sekisho/proxy/websocket"
	"sekisho/rules"
)

// maxIncoming is how much of what a server sends through one WebSocket is read, in
// bytes without compression. A page is shown at the start; games and markets go on.
const maxIncoming = 1 << 20

// incoming reads what a server sends through a WebSocket for a copy of the sign-in,
// as it passes: a kit may send its page so and nothing by HTTP. It holds nothing
// back, and the piece that gives the site away is not passed on. The zero value
// reads nothing.
type incoming struct {
	reading *reading // nil when nothing is to be read, or no more
	begun   bool     // the answer to the handshake is over
	last    []byte   // of that answer, up to three bytes
	left    int      // of maxIncoming
	deflate func() bool

	header     []byte // of the frame that begins
	frame      websocket.Header
	length     int64 // of the frame's payload, what has not come
	compressed bool  // the message
	inflate    *websocket.Inflater
}

// readMessages returns what follows the messages of a server.
func (s *Server) readMessages(v *visit, r *http.Request, deflate func() bool) incoming {
	st := s.settings.Load()
	switch st.Policy.Decide(v.target.name).Ground {
	case rules.Genuine, rules.Allowlist:
		return incoming{}
	}
	if s.leaves.Has(v.client, v.target.name, ruling.KindRed) {
		return incoming{}
	}
	s.counts.scripts.Inc()
	return incoming{left: maxIncoming, deflate: deflate, reading: &reading{
		server: s, visit: v, ctx: r.Context(), scan: imitation.Messages(v.target.name), from: documentOf(r, v),
		observe: st.Observe, shown: true, begun: true,
	}}
}

// pass reads p, which comes next, and returns why it must not be passed on.
func (m *incoming) pass(p []byte) error {
	if m.reading == nil {
		return nil
	}
	p = m.answer(p)
	for len(p) > 0 && m.reading != nil {
		if m.length == 0 {
			m.header = append(m.header, p[0])
			p = p[1:]
			if !m.begin() {
				m.close()
			}
			continue
		}
		n := int(min(int64(len(p)), m.length))
		m.length -= int64(n)
		m.payload(p[:n])
		p = p[n:]
	}
	if m.reading == nil {
		return nil
	}
	if m.left <= 0 {
		return m.stop()
	}
	return m.why(m.reading.judge(m.reading.scan.Result()))
}

// stop ends the reading with what was found.
func (m *incoming) stop() error {
	r := m.reading
	err := m.why(r.end())
	m.close()
	return err
}

func (m *incoming) why(pass bool) error {
	if pass {
		return nil
	}
	return m.reading.held
}

// answer leaves out the answer to the handshake.
func (m *incoming) answer(p []byte) []byte {
	if m.begun {
		return p
	}
	all := append(m.last, p...)
	i := bytes.Index(all, []byte("\r\n\r\n"))
	if i < 0 {
		m.last = bytes.Clone(all[max(0, len(all)-3):])
		return nil
	}
	rest := all[i+4:]
	m.begun, m.last = true, nil
	return rest
}

// begin starts a frame once its header is whole, and reports whether the bytes are
// frames. What a browser would refuse need not be read.
func (m *incoming) begin() bool {
	h, n, err := websocket.ParseFrame(m.header)
	if err != nil || n == 0 {
		return err == nil
	}
	if h.Masked || h.RSV1 && !m.deflate() {
		return false
	}
	if h.Opcode == websocket.OpText || h.Opcode == websocket.OpBinary {
		m.compressed = h.RSV1
	}
	m.frame, m.length, m.header = h, h.Length, m.header[:0]
	if m.length == 0 {
		m.frameEnds()
	}
	return true
}

func (m *incoming) payload(p []byte) {
	if !m.frame.Control() {
		m.content(p)
	}
	if m.length == 0 {
		m.frameEnds()
	}
}

func (m *incoming) frameEnds() {
	if m.frame.Control() || !m.frame.Fin {
		return
	}
	if m.compressed {
		m.content(websocket.SyncTail)
	}
	m.reading.scan.Next()
}

func (m *incoming) content(p []byte) {
	if !m.compressed {
		m.read(p)
		return
	}
	if m.inflate == nil {
		m.inflate = websocket.NewInflater()
	}
	if m.inflate.Write(p, m.read) != nil {
		m.left = 0 // a browser ends the socket here
	}
}

// read scans content in the clear and reports whether more of it is read.
func (m *incoming) read(p []byte) bool {
	p = p[:min(len(p), max(m.left, 0))]
	m.left -= len(p)
	_, _ = m.reading.scan.Write(p)
	return m.left > 0
}

// close gives everything back. What was read counts.
func (m *incoming) close() {
	if m.reading != nil {
		m.reading.close()
		m.reading = nil
	}
	if m.inflate != nil {
		m.inflate.Close()
		m.inflate = nil
	}
}
