package websocket

import (
	"sekisho/guard"
	"sekisho/proxy/budget"
	"sekisho/proxy/netconn"
)

// maxInflated bounds what one compressed message may become. Behind the first MiB it
// is read in passing and not kept, so the bound is one of time.
const maxInflated = 64 << 20

// content takes a piece of a message's payload.
func (m *Messages) content(p []byte) (err error) {
	if !m.compressed {
		return m.read(p)
	}
	if m.inflate == nil {
		m.inflate = NewInflater()
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
func (m *Messages) read(p []byte) error {
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
func (m *Messages) passing(noRoom bool) error {
	x := m.judge.Hints()
	if x.Suspicious && noRoom {
		return budget.ErrNoRoom // for a site that may be an imitation nothing is let through unjudged
	}
	f := guard.InspectMessage(m.head, m.text.B, m.binary, x)
	if err := m.judge.Weigh(&f, false); err != nil {
		return err
	}
	m.stream = guard.NewStream(m.head, x)
	_, _ = m.stream.Write(m.text.B)
	known := m.stream.Finding()
	m.seen = known.Weight()
	known.Wipe()
	m.release()
	return nil
}

// message judges a whole message, and returns why it must not leave.
func (m *Messages) message(payload []byte, binary bool) error {
	f := guard.InspectMessage(m.head, payload, binary, m.judge.Hints())
	return m.judge.Weigh(&f, false)
}

// found judges what the stream has found in addition.
func (m *Messages) found() error {
	f := m.stream.Finding()
	n := f.Weight()
	if n == m.seen {
		f.Wipe()
		return nil
	}
	m.seen = n
	return m.judge.Weigh(&f, true)
}
