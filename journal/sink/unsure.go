package sink

import "time"

const (
	// unsureTime is how long what was written may be on its way: the other side or
	// something between has it, and can break down with it.
	unsureTime = 10 * time.Second
	// maxUnsure bounds what is kept of that, in octets, besides the last batch: some
	// thousand messages.
	maxUnsure = 1 << 20
)

// unsure is what was written lately to a receiver that does not answer, oldest first.
type unsure struct {
	parts []part
	size  int
}

type part struct {
	at   time.Time
	data []byte
}

// add takes a copy of a batch that was written at a time.
func (u *unsure) add(data []byte, at time.Time) {
	u.parts = append(u.parts, part{at, append([]byte(nil), data...)})
	u.size += len(data)
	for len(u.parts) > 1 && (u.size > maxUnsure || at.Sub(u.parts[0].at) > unsureTime) {
		u.size -= len(u.parts[0].data)
		u.parts[0] = part{}
		u.parts = u.parts[1:]
	}
}

// append appends all of it to buf.
func (u *unsure) append(buf []byte) []byte {
	for _, p := range u.parts {
		buf = append(buf, p.data...)
	}
	return buf
}
