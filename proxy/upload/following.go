package upload

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"sekisho/guard"
)

// following judges the part of a body that is sent as it comes: what is behind
// the first MiB, and what there was no memory for. It is for one goroutine.
type following struct {
	decider Judge
	r       *http.Request

	mu     sync.Mutex // the handler may end while the transport reads
	stream *guard.Stream
	seen   int // how much was found when it was last judged
	closed bool
	held   error // why nothing more leaves

	wait []byte // was judged, and may leave unless it is the latest
	step []byte // read at a time
	over error  // how the body ended
}

const (
	// lag is how much of the latest is kept back until more comes: a stream
	// may find what is in there later.
	lag = guard.Window
	// lagFor is how long it is kept when nothing more comes.
	lagFor = streamStall
)

// newFollowing goes on behind early, which was judged.
func newFollowing(j Judge, r *http.Request, head guard.Head, x guard.Hints, early []byte) *following {
	f := &following{decider: j, r: r, stream: guard.NewStream(head, x)}
	_, _ = f.stream.Write(early)
	found := f.stream.Finding()
	f.seen = found.Weight()
	found.Wipe()
	return f
}

// read gives out what b brings, judged, and a little late.
func (f *following) read(p []byte, b *Body) (int, error) {
	if f.step == nil {
		f.step = make([]byte, pieceSize)
	}
	for keep := lag; ; {
		if f.over != nil {
			keep = 0
		}
		if n := len(f.wait) - keep; n > 0 {
			n = copy(p, f.wait[:n])
			f.wait = append(f.wait[:0], f.wait[n:]...)
			return n, nil
		}
		if f.over != nil {
			return 0, f.over
		}
		// The stream has not read what lies in its latest window. Text stays until it has:
		// a sign-in may be in there, or the beginning of one.
		tail := 0
		if b.ahead != nil {
			tail = textTail(f.wait)
		}
		var patience time.Duration
		if len(f.wait) > tail {
			patience = lagFor
		}
		n, err, ok := b.next(f.step, patience)
		if !ok {
			keep = tail
			continue
		}
		keep = lag
		if held := f.judge(f.step[:n], errors.Is(err, io.EOF)); held != nil {
			clear(f.wait[:cap(f.wait)])
			f.wait, err = nil, held
		} else {
			f.wait = append(f.wait, f.step[:n]...)
		}
		clear(f.step[:n])
		f.over = err
	}
}

// judge judges p, which comes next, before it leaves. It returns why nothing
// more may.
func (f *following) judge(p []byte, end bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held != nil || f.closed {
		return f.held
	}
	_, _ = f.stream.Write(p)
	if end {
		f.end()
	}
	found := f.stream.Finding()
	n := found.Weight()
	if n == f.seen {
		found.Wipe()
		return nil
	}
	f.seen = n
	f.held = f.decider.Weigh(&found, true)
	return f.held
}

// stopped is what ended the body, or nil.
func (f *following) stopped() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}

// end releases the decoders.
func (f *following) end() {
	if !f.closed {
		f.closed = true
		_ = f.stream.Close()
	}
}

// close ends the judging with the request.
func (f *following) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end()
}
