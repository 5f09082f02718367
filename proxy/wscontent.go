package proxy

import (
	"sekisho/guard"
	"sekisho/proxy/budget"
	"sekisho/proxy/netconn"
	"sekisho/proxy/websocket"
)

// maxInflated bounds what one compressed message may become. Behind the first MiB it
// is read in passing and not kept, so the bound is one of time.
const maxInflated = 64 << 20

// content takes a piece of a message's payload.
func (m *messages) content(p []byte) (err error) {
	if !m.compressed {
		return m.read(p)
	}
	if m.inflate == nil {
		m.inflate = websocket.NewInflater()
	}
	failed := m.inflate.Write(p, func(out []byte) bool {
		if m.inflated += len(out); m.inflated > maxInflated {
			err = netconn.ErrTooMuch
		} else {
			err = m.read(out)
		}
		return err == nil
	})
	if err == nil {
		err = failed
	}
	return err
}

// read takes content in the clear.
func (m *messages) read(p []byte) error {
	if m.stream == nil {
		short := len(m.text.B)+len(p) <= guard.MaxBody
		if short && m.text.Room(len(p)) {
			m.text.B = append(m.text.B, p...)
			return nil
		}
		if err := m.passing(short); err != nil {
			return err
		}
	}
	_, _ = m.stream.Write(p)
	return m.found()
}

// passing judges what there is of a long message and lets it out; the rest is
// judged as it passes. noRoom says that there is no memory to hold as much of it
// as is judged at once.
func (m *messages) passing(noRoom bool) error {
	x := m.guard.server.hints(pageOf(m.guard.r, m.guard.visit), m.guard.visit)
	if x.Suspicious && noRoom {
		return budget.ErrNoRoom // for a site that may be an imitation nothing is let through unjudged
	}
	f := guard.InspectMessage(m.guard.head, m.text.B, m.binary, x)
	if err := m.guard.weigh(&f, false); err != nil {
		return err
	}
	m.stream = guard.NewStream(m.guard.head, x)
	_, _ = m.stream.Write(m.text.B)
	known := m.stream.Finding()
	m.seen = known.Weight()
	known.Wipe()
	m.release()
	return nil
}

// found judges what the stream has found in addition.
func (m *messages) found() error {
	f := m.stream.Finding()
	n := f.Weight()
	if n == m.seen {
		f.Wipe()
		return nil
	}
	m.seen = n
	return m.guard.weigh(&f, true)
}
