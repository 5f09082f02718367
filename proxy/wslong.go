package proxy

import (
	"sekisho/guard"
)

// passing judges what there is of a long message and lets it out; the rest is
// judged as it passes. noRoom says that there is no memory to hold as much of it
// as is judged at once.
func (m *messages) passing(noRoom bool) error {
	x := m.guard.server.hints(pageOf(m.guard.r, m.guard.visit), m.guard.visit)
	if x.Suspicious && noRoom {
		return errNoRoom // for a site that may be an imitation nothing is let through unjudged
	}
	f := guard.InspectMessage(m.guard.head, m.text.b, m.binary, x)
	if err := m.guard.weigh(&f, false); err != nil {
		return err
	}
	m.stream = guard.NewStream(m.guard.head, x)
	_, _ = m.stream.Write(m.text.b)
	known := m.stream.Finding()
	m.seen = weight(&known)
	known.Wipe()
	m.release()
	return nil
}

// found judges what the stream has found in addition.
func (m *messages) found() error {
	f := m.stream.Finding()
	n := weight(&f)
	if n == m.seen {
		f.Wipe()
		return nil
	}
	m.seen = n
	return m.guard.weigh(&f, true)
}
