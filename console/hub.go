package console

import (
	"context"
	"errors"
	"sort"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
)

const (
	// maxStreams bounds the live tails of everybody, maxSessionStreams those of one
	// session: browsers open six connections to a host over HTTP/1.1, and the pages
	// need some of them.
	maxStreams        = 64
	maxSessionStreams = 4
	// recent is how many events are held for the streams. A stream that is further
	// behind reads the journal itself.
	recent = 2048
	// lookAgain is how soon a journal that cannot be read is tried again.
	lookAgain = time.Second
)

var (
	errManyStreams = errors.New("too many live tails")
	errStopping    = errors.New("the console is stopping")
)

// hub follows the journal once for all streams, as long as there are any.
type hub struct {
	reader *reader
	log    *zap.Logger

	mu       sync.Mutex
	sessions map[string]int // streams of each
	all      int
	stop     context.CancelFunc // of the following; nil when nobody listens
	stopped  chan struct{}      // closed when the following has ended
	closed   bool
	seen     seen
}

// seen is what the hub has of the journal: all events behind the id from, in
// ascending id, and the id up to which that goes.
type seen struct {
	events  []journal.Event // never changed, only replaced
	from    int64
	to      int64
	changed chan struct{} // closed when there is more, or no more to come
	closed  bool
}

func newHub(r *reader, log *zap.Logger) *hub {
	return &hub{reader: r, log: log, sessions: map[string]int{}}
}

// join takes up a stream of a session that has seen events up to an id. leave has
// to be called once.
func (h *hub) join(session string) (leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, errStopping
	case h.all >= maxStreams, h.sessions[session] >= maxSessionStreams:
		return nil, errManyStreams
	}
	h.all++
	h.sessions[session]++
	if h.stop == nil {
		var ctx context.Context
		ctx, h.stop = context.WithCancel(context.Background())
		before := h.stopped // who followed last may not have ended yet
		h.stopped = make(chan struct{})
		h.seen = seen{from: -1, to: -1, changed: make(chan struct{})}
		go h.follow(ctx, before, h.stopped)
	}
	return func() { h.leave(session) }, nil
}

func (h *hub) leave(session string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all--
	if h.sessions[session]--; h.sessions[session] == 0 {
		delete(h.sessions, session)
	}
	if h.all == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// close ends all streams and the following, for good.
func (h *hub) close() {
	h.mu.Lock()
	if !h.closed {
		h.closed, h.seen.closed = true, true
		if h.seen.changed != nil {
			close(h.seen.changed)
		}
		if h.stop != nil {
			h.stop()
		}
	}
	stopped := h.stopped
	h.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
}

// now returns what was seen so far.
func (h *hub) now() seen {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen
}

// behind returns the events behind an id, false when some of them are gone.
func (s seen) behind(id int64) ([]journal.Event, bool) {
	if id < s.from || s.from < 0 {
		return nil, false
	}
	i := sort.Search(len(s.events), func(i int) bool { return s.events[i].ID > id })
	return s.events[i:], true
}

// follow takes in what is recorded until ctx ends. It ends after who followed before.
func (h *hub) follow(ctx context.Context, before, stopped chan struct{}) {
	defer close(stopped)
	if before != nil {
		<-before
	}
	for ctx.Err() == nil {
		err := h.read(ctx)
		if err != nil && ctx.Err() == nil {
			h.log.Warn("the journal cannot be followed", zap.Error(err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(lookAgain):
		}
	}
}

// read follows the journal from where the hub is, or from its end.
func (h *hub) read(ctx context.Context) error {
	j, err := h.reader.get()
	if j == nil || err != nil {
		return err
	}
	to := h.now().to
	if to < 0 {
		if to, err = j.Newest(ctx); err != nil {
			return err
		}
		h.take(ctx, nil, to)
	}
	for e, err := range j.Follow(ctx, journal.Filter{After: to}) {
		if err != nil {
			return err
		}
		h.take(ctx, []journal.Event{e}, e.ID)
	}
	return nil
}

// take adds events, after which everything up to the id to was seen. A follower that
// was stopped adds nothing: another may have begun.
func (h *hub) take(ctx context.Context, events []journal.Event, to int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil || h.closed {
		return
	}
	s := &h.seen
	if s.from < 0 {
		s.from = to
	}
	s.to = to
	if len(s.events)+len(events) > recent { // by halves, so that not every event copies all
		kept := s.events[len(s.events)-recent/2:]
		s.from = kept[0].ID - 1
		s.events = append(make([]journal.Event, 0, recent), kept...)
	}
	s.events = append(s.events, events...)
	close(s.changed)
	s.changed = make(chan struct{})
}
