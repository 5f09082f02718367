package upload

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"sekisho/guard"
	"sekisho/proxy/budget"
)

// batches lets out what is streamed with pauses. With each pause all that was sent so
// far is judged, up to the first MiB, as if it were the whole body, and leaves then.
// Of what a page sends the latest text stays, which may be the beginning of what no
// judge can know yet: a page that drips a password letter by letter, or that stops in
// the middle of one, has sent none of it when the last letter is there. The same holds
// for a message of gRPC-Web in base64, whoever sends it. Reads are for one goroutine.
type batches struct {
	decider Judge
	r       *http.Request
	head    guard.Head
	page    bool
	stall   time.Duration

	mu     sync.Mutex // the handler may end while the transport reads
	closed bool
	held   error
	all    budget.Holding // of the body so far
	judged int            // of all, when it was last judged
	seen   uint64         // digest of what was found then
	follow *following

	begun bool // the request's head has left
	given int  // of all
	free  int  // of all: may leave
	over  error
}

// newBatches goes on behind early, which was judged as it is, with the finding of which
// seen is the digest, and takes it over.
func newBatches(j Judge, r *http.Request, head guard.Head, early *budget.Holding, seen uint64) *batches {
	g := &batches{decider: j, r: r, head: head, all: early.Move(), seen: seen}
	g.judged = len(g.all.B)
	g.head.Header = r.Header.Clone() // ReverseProxy is not done with its own
	if g.stall = streamStall; madeByPage(r) {
		g.stall, g.page = pageStall, true
	}
	g.free = len(g.all.B) - g.tail()
	return g
}

// tail is how much of the latest stays.
func (g *batches) tail() (n int) {
	if g.page {
		n = textTail(g.all.B)
	}
	if guard.WebText(g.head.Header.Get("Content-Type")) {
		n = max(n, guard.TornText(g.all.B))
	}
	return n
}

// textTail is how long the text at the end of b is, up to what a stream lags.
func textTail(b []byte) int {
	for n := range min(len(b), lag) {
		switch c := b[len(b)-1-n]; {
		case c == 0, c >= ' ' && c != 0x7f, c == '\t', c == '\n', c == '\r': // 0 as in UTF-16
		default:
			return n
		}
	}
	return min(len(b), lag)
}

// read gives out what b brings, judged.
func (g *batches) read(p []byte, b *Body) (int, error) {
	for {
		if n := g.take(p); n > 0 {
			return n, nil
		}
		switch {
		case g.over != nil:
			return 0, g.over
		case g.follow != nil:
			return g.follow.read(p, b)
		}
		g.next(b)
	}
}

// next takes in what b brings next, or a pause.
func (g *batches) next(b *Body) {
	got, err, ok := b.ahead.Next(g.stall)
	stop := g.add(got, ok, err)
	clear(got)
	switch b.ended(err); {
	case stop != nil:
		g.over = stop
	case g.follow != nil:
		g.follow.over = err
	default:
		g.over = err
	}
}

// begin waits, for what a page streams, until some of it may leave. The error is why
// none will.
func (g *batches) begin(b *Body) error {
	for g.page && g.given >= g.free && g.follow == nil && g.over == nil {
		g.next(b)
	}
	if g.begun = true; errors.Is(g.over, io.EOF) {
		return nil
	}
	return g.over
}

// take gives out what may leave.
func (g *batches) take(p []byte) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.given >= g.free {
		return 0
	}
	n := copy(p, g.all.B[g.given:g.free])
	if g.given += n; g.follow != nil && g.given == g.free {
		g.all.Drop()
		g.given, g.free = 0, 0
	}
	return n
}

// add takes the next piece, or with ok false a pause, and judges when it is time.
func (g *batches) add(p []byte, ok bool, err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return http.ErrBodyReadAfterClose
	case err != nil && !errors.Is(err, io.EOF):
		return nil // torn off, and nothing more leaves
	case len(p) > 0 && !g.all.Room(len(p)) && g.decider.Hints().Suspicious:
		return budget.ErrNoRoom
	}
	full := len(g.all.B)+len(p) > guard.MaxBody || cap(g.all.B)-len(g.all.B) < len(p)
	if full {
		return g.leave(p, err != nil)
	}
	g.all.B = append(g.all.B, p...)
	if ok && err == nil {
		return nil
	}
	if stop := g.judge(err != nil); stop != nil {
		return stop
	}
	if g.free = len(g.all.B); err == nil {
		g.free = max(g.given, g.free-g.tail())
	}
	return nil
}

// judge judges all that is here.
func (g *batches) judge(whole bool) error {
	if len(g.all.B) == g.judged && !whole {
		return nil
	}
	g.judged = len(g.all.B)
	f := guard.Inspect(g.head, g.all.B, whole, g.decider.Hints())
	d := f.Digest()
	if d == g.seen {
		f.Wipe()
		return nil
	}
	g.seen = d
	if g.given > 0 {
		g.held = g.decider.Weigh(&f, true)
	} else {
		g.held = g.decider.WeighGone(&f, g.begun)
	}
	return g.held
}

// leave gives the body to one that follows it, p first: it is longer than what is
// held.
func (g *batches) leave(p []byte, end bool) error {
	if stop := g.judge(false); stop != nil {
		return stop
	}
	f := newFollowing(g.decider, g.r, g.head, g.decider.Hints(), g.all.B)
	if stop := f.judge(p, end); stop != nil {
		f.close()
		g.held = stop
		return stop
	}
	g.free = max(g.given, len(g.all.B)-g.tail())
	f.wait = append(append(f.wait, g.all.B[g.free:]...), p...)
	g.follow = f
	return nil
}

// stopped is what ended the body, or nil.
func (g *batches) stopped() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held != nil || g.follow == nil {
		return g.held
	}
	return g.follow.stopped()
}

// close gives everything back.
func (g *batches) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	g.all.Drop()
	if g.follow != nil {
		g.follow.close()
	}
}
