package upload

import (
	"errors"
	"io"
	"net/http"

	"sekisho/guard"
	"sekisho/proxy/ahead"
	"sekisho/proxy/budget"
)

// judge reads a whole message, by itself and with those before it.
func (c *call) judge(message []byte) error {
	if len(message) == 0 {
		return nil
	}
	x := c.decider.Hints()
	alone, together, content := guard.InspectCall(c.head, c.said.B, message, c.envelope.Compressed, x)
	c.remember(content)
	defer together.Wipe()
	one, both := alone.Digest(), together.Digest()
	// What makes a sign-in with this ID came before it, if it makes none by itself.
	gone := len(alone.IDs) > 0
	if err := c.weigh(&alone, false); err != nil {
		return err
	}
	// An ID alone is not judged again with each message that follows it.
	if len(together.Passwords)+len(together.Codes) == 0 || both == one || both == c.together {
		return nil
	}
	c.together = both
	return c.stop(c.decider.WeighGone(&together, gone))
}

// remember keeps the latest of what was said.
func (c *call) remember(content []byte) {
	content = content[max(0, len(content)-maxSaid):]
	if over := len(c.said.B) + len(content) - maxSaid; over > 0 {
		n := copy(c.said.B, c.said.B[over:])
		clear(c.said.B[n:])
		c.said.B = c.said.B[:n]
	}
	if !c.said.Room(len(content)) {
		c.said.Drop() // each message is judged by itself at least
		return
	}
	c.said.B = append(c.said.B, content...)
}

// weigh asks about what was found, and returns why the message must not leave.
func (c *call) weigh(f *guard.Finding, sent bool) error {
	return c.stop(c.decider.Weigh(f, sent))
}

// stop takes note of why the call ends, if it does.
func (c *call) stop(err error) error {
	if err != nil {
		c.held = err
	}
	return err
}

// passing judges what there is of a long message and lets it out; the rest is
// judged as it passes.
func (c *call) passing() error {
	x := c.decider.Hints()
	if x.Suspicious && len(c.raw.B) < guard.MaxBody {
		return budget.ErrNoRoom // for a site that may be an imitation nothing is let through unjudged
	}
	begin := c.raw.B[guard.EnvelopeSize:]
	if err := c.judge(begin); err != nil {
		return err
	}
	c.stream = guard.NewStream(c.streamHead(), x)
	_, _ = c.stream.Write(begin)
	known := c.stream.Finding()
	c.seen = known.Weight()
	known.Wipe()
	c.out = append(c.out, c.raw.B...)
	c.raw.Drop()
	return nil
}

// streamHead is the head of the message that is under way, as if it were a body.
func (c *call) streamHead() guard.Head {
	h := c.head
	h.Header = http.Header{}
	if c.envelope.Compressed {
		for _, name := range []string{"Grpc-Encoding", "Connect-Content-Encoding"} {
			h.Header["Content-Encoding"] = append(h.Header["Content-Encoding"], c.head.Header[name]...)
		}
	}
	return h
}

// found judges what the stream has found in addition.
func (c *call) found() error {
	f := c.stream.Finding()
	n := f.Weight()
	if n == c.seen {
		f.Wipe()
		return nil
	}
	c.seen = n
	return c.weigh(&f, true)
}

// asBody goes on with a body that only said it was a call, of which step[:n] and err
// were read: it is held and judged as others of unknown length are.
func (c *call) asBody(b *Body, n int, err error) error {
	b.ahead = ahead.New(b.ReadCloser, pieceSize)
	whole := false
	for p := c.step[:n]; ; {
		if c.hold(p) != nil {
			return budget.ErrNoRoom
		}
		clear(p)
		if b.ended(err); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if whole = err != nil; whole || len(c.raw.B) >= guard.MaxBody {
			break
		}
		var ok bool
		if p, err, ok = b.ahead.Next(streamStall); !ok {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.decider.Hints()
	f := guard.Inspect(c.head, c.raw.B, whole, x)
	seen := f.Digest()
	if stop := c.weigh(&f, false); stop != nil {
		return stop
	}
	if !whole {
		c.batches = newBatches(c.decider, c.r, c.head, &c.raw, seen)
		c.batches.begun = true
		return nil
	}
	c.out = append(c.out, c.raw.B...)
	c.raw.Drop()
	return io.EOF
}

// hold keeps p until it was judged.
func (c *call) hold(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || !c.raw.Room(len(p)) {
		return budget.ErrNoRoom
	}
	c.raw.B = append(c.raw.B, p...)
	return nil
}
