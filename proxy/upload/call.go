package upload

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"sekisho/guard"
	"sekisho/proxy/budget"
)

// maxSaid is how much of a call's earlier messages is remembered, to be read with
// the next: a sign-in may come in two.
const maxSaid = 32 << 10

// call lets the messages of a streaming call (gRPC, Connect) out one by one, each
// once it is here as a whole and was judged. The other half of the conversation is
// the answer, so that nobody can wait for the end of this one. Of a message longer
// than [guard.MaxBody] the beginning is judged before it leaves, and the rest as it
// passes. Reads are for one goroutine.
type call struct {
	decider Judge
	r       *http.Request
	head    guard.Head

	mu       sync.Mutex // the handler may end while the transport reads
	closed   bool
	held     error // why nothing more leaves
	envelope guard.Envelope
	left     int64          // of the message that is under way
	raw      budget.Holding // its bytes so far
	said     budget.Holding // content of those before it
	stream   *guard.Stream  // reads it in passing, once it is long
	seen     int            // by stream
	together uint64         // digest of what the latest say with those before

	begun bool
	step  []byte // read at a time
	out   []byte // may leave, but for the latest of a long message
	over  error  // how the body ended
	// batches is set when the body is none of envelopes after all, with mu.
	batches *batches
}

// Call has the body judged message by message, if it is a call, and reports whether it
// is. No page can hold such a conversation (Fetch has no full duplex), so that what a
// browser sends under these labels is held like any other body. A site that may be an
// imitation gets nothing in parts either.
func (b *Body) Call(j Judge, head guard.Head, x guard.Hints) bool {
	if b.r.ContentLength >= 0 || x.Suspicious || madeByPage(b.r) || !guard.Enveloped(b.r.Header.Get("Content-Type")) {
		return false
	}
	head.Header = b.r.Header.Clone() // ReverseProxy is not done with its own
	b.call = &call{decider: j, r: b.r, head: head, raw: b.memory.Hold(b.client), said: b.memory.Hold(b.client)}
	return true
}

// madeByPage reports whether a browser made r for a page. Those that can stream a
// request say so to every origin with TLS (Fetch Metadata), without which they do not
// stream, and no page can prevent it. A mode alone is Node's.
func madeByPage(r *http.Request) bool {
	return r.Header["Sec-Fetch-Site"] != nil || r.Header["Sec-Fetch-Dest"] != nil
}

// errEnvelope is a body that stops being one of envelopes.
var errEnvelope = errors.New("malformed message envelope")

// read gives out what b brings, judged.
func (c *call) read(p []byte, b *Body) (int, error) {
	if c.step == nil {
		c.step = make([]byte, pieceSize)
	}
	for {
		if n := c.take(p); n > 0 {
			return n, nil
		}
		switch {
		case c.over != nil:
			clear(c.out)
			c.out = nil
			return 0, c.over
		case c.batches != nil:
			return c.batches.read(p, b)
		}
		n, err := b.read(c.step)
		if n > 0 && !c.begun {
			c.begun = true
			if c.step[0]&^0x83 != 0 {
				c.over = c.asBody(b, n, err)
				continue
			}
		}
		stop := c.feed(c.step[:n], errors.Is(err, io.EOF))
		clear(c.step[:n])
		if c.over = err; stop != nil {
			c.over = stop
			b.bad.Store(errors.Is(stop, errEnvelope))
		}
	}
}

// stopped is what ended the call, or nil.
func (c *call) stopped() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != nil || c.batches == nil {
		return c.held
	}
	return c.batches.stopped()
}

// take gives out what may leave.
func (c *call) take(p []byte) int {
	most := len(c.out)
	if c.stream != nil {
		most = max(0, most-guard.Window)
	}
	n := copy(p, c.out[:most])
	clear(c.out[:n])
	if c.out = c.out[n:]; len(c.out) == 0 {
		c.out = nil
	}
	return n
}

// feed takes what the client sent, whose last it is at the end. An error is why
// nothing more may leave.
func (c *call) feed(p []byte, end bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return http.ErrBodyReadAfterClose
	}
	for len(p) > 0 {
		n, err := c.some(p)
		if err != nil {
			return err
		}
		p = p[n:]
	}
	if end && len(c.raw.B)+int(c.left) > 0 {
		return c.ends() // torn off, and read as far as it goes
	}
	return nil
}

// some takes what p brings of one envelope or message.
func (c *call) some(p []byte) (n int, err error) {
	if have := len(c.raw.B); c.left == 0 && have < guard.EnvelopeSize {
		n = min(len(p), guard.EnvelopeSize-have)
		if !c.raw.Room(n) {
			return 0, budget.ErrNoRoom
		}
		c.raw.B = append(c.raw.B, p[:n]...)
		if have+n < guard.EnvelopeSize {
			return n, nil
		}
		e, ok := guard.ParseEnvelope(c.raw.B)
		if !ok {
			return 0, errEnvelope
		}
		c.envelope, c.left = e, e.Length
	} else {
		n = int(min(int64(len(p)), c.left))
		if err := c.keep(p[:n]); err != nil {
			return 0, err
		}
		c.left -= int64(n)
	}
	if c.left == 0 {
		return n, c.ends()
	}
	return n, nil
}

// keep puts bytes of a message where they wait, or lets them out.
func (c *call) keep(p []byte) error {
	if c.stream == nil {
		if len(c.raw.B)+len(p) <= guard.EnvelopeSize+guard.MaxBody && c.raw.Room(len(p)) {
			c.raw.B = append(c.raw.B, p...)
			return nil
		}
		if err := c.passing(); err != nil {
			return err
		}
	}
	_, _ = c.stream.Write(p)
	if err := c.found(); err != nil {
		return err
	}
	c.out = append(c.out, p...)
	return nil
}

// ends judges the message that is here as a whole, and lets it out.
func (c *call) ends() error {
	if c.stream != nil {
		_ = c.stream.Close()
		if err := c.found(); err != nil {
			return err // while there is a stream, take keeps the latest back
		}
		c.stream, c.left = nil, 0
		return nil
	}
	var message []byte
	if len(c.raw.B) > guard.EnvelopeSize {
		message = c.raw.B[guard.EnvelopeSize:]
	}
	err := c.judge(message)
	if err == nil {
		c.out = append(c.out, c.raw.B...)
	}
	c.raw.Drop()
	c.left = 0
	return err
}

// close gives everything back.
func (c *call) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.raw.Drop()
	c.said.Drop()
	if c.batches != nil {
		c.batches.close()
	}
	if c.stream != nil {
		_ = c.stream.Close()
	}
}
