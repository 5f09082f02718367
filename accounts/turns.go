package accounts

import (
	"context"
	"net/netip"
	"slices"
	"sync"
)

const (
	// maxPlaces bounds the runs of argon2id at once: each takes one core and, at
	// DefaultCost, 64 MiB.
	maxPlaces = 4

	// maxOfSite, maxOfClient, maxFamiliar and maxWaiting bound the requests that
	// are being compared: those of one client to one site, those of one client to
	// sites that nothing speaks for and to familiar ones, and all. A page can make
	// its visitor's browser send to as many sites as it likes; turns go round, so
	// that a request to another site is served within seconds all the same.
	maxOfSite   = 8
	maxOfClient = 128
	maxFamiliar = 32
	maxWaiting  = 512
)

// Asker is on whose behalf passwords are compared. Turns go round among clients,
// and for each among the sites that its requests go to.
type Asker struct {
	Client netip.Addr
	Site   string
	// Familiar: the site is one that people here sign in to. Every second turn of
	// a client belongs to such sites, whatever else waits.
	Familiar bool
}

// placesFor is how many runs there are at once on a machine of this many cores: what
// browses beside them has as many again.
func placesFor(cores int) int { return min(max(cores/2, 1), maxPlaces) }

// turns are the places for argon2id, given out one run at a time.
type turns struct {
	places int

	mu       sync.Mutex
	busy     int // runs under way
	total    int // requests admitted
	of       map[Asker]int
	ofClient map[clientKind]int
	waiting  []*clientLine // the next first
}

type clientKind struct {
	client   netip.Addr
	familiar bool
}

// clientLine is who waits for one client; kinds are its familiar sites and others.
type clientLine struct {
	client netip.Addr
	last   int // the kind served last
	kinds  [2][]*siteLine
}

// siteLine is who waits for one site of a client, in the order of arrival.
type siteLine struct {
	site    string
	waiting []chan struct{}
}

func newTurns(places int) *turns {
	return &turns{places: places, of: map[Asker]int{}, ofClient: map[clientKind]int{}}
}

// admit reports whether another request of who may be compared; end it with
// retire.
func (t *turns) admit(who Asker) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	kind, most := clientKind{who.Client, who.Familiar}, maxOfClient
	if who.Familiar {
		most = maxFamiliar
	}
	if t.of[who] >= maxOfSite || t.ofClient[kind] >= most || t.total >= maxWaiting {
		return false
	}
	t.of[who]++
	t.ofClient[kind]++
	t.total++
	return true
}

func (t *turns) retire(who Asker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kind := clientKind{who.Client, who.Familiar}
	t.total--
	if t.of[who]--; t.of[who] == 0 {
		delete(t.of, who)
	}
	if t.ofClient[kind]--; t.ofClient[kind] == 0 {
		delete(t.ofClient, kind)
	}
}

// take waits for a place, which give gives back, and reports whether it had to.
func (t *turns) take(ctx context.Context, who Asker) (waited bool, err error) {
	t.mu.Lock()
	if t.busy < t.places { // nobody waits, then
		t.busy++
		t.mu.Unlock()
		return false, nil
	}
	place := make(chan struct{})
	t.enqueue(who, place)
	t.mu.Unlock()
	select {
	case <-place:
		return true, nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.withdraw(who, place) {
		t.pass() // it was given at the same moment
	}
	return true, ctx.Err()
}

// waits is how many wait for a place.
func (t *turns) waits() (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.waiting {
		for _, kind := range c.kinds {
			for _, s := range kind {
				n += len(s.waiting)
			}
		}
	}
	return n
}

// give gives a place back.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass hands a place to whoever is next, if anybody.
func (t *turns) pass() {
	if len(t.waiting) == 0 {
		t.busy--
		return
	}
	c := t.waiting[0]
	kind := 1 - c.last
	if len(c.kinds[kind]) == 0 {
		kind = c.last
	}
	c.last = kind
	s := c.kinds[kind][0]
	place := s.waiting[0]
	s.waiting = s.waiting[1:]
	// The site goes to the end of its line, and so does the client; without
	// more to do they leave it.
	if c.kinds[kind] = c.kinds[kind][1:]; len(s.waiting) > 0 {
		c.kinds[kind] = append(c.kinds[kind], s)
	}
	if t.waiting = t.waiting[1:]; len(c.kinds[0])+len(c.kinds[1]) > 0 {
		t.waiting = append(t.waiting, c)
	}
	close(place)
}

func kindOf(who Asker) int {
	if who.Familiar {
		return 0
	}
	return 1
}

func (t *turns) find(who Asker) (c *clientLine, s *siteLine) {
	i := slices.IndexFunc(t.waiting, func(c *clientLine) bool { return c.client == who.Client })
	if i < 0 {
		return nil, nil
	}
	c = t.waiting[i]
	sites := c.kinds[kindOf(who)]
	if i := slices.IndexFunc(sites, func(s *siteLine) bool { return s.site == who.Site }); i >= 0 {
		s = sites[i]
	}
	return c, s
}

func (t *turns) enqueue(who Asker, place chan struct{}) {
	c, s := t.find(who)
	if c == nil {
		c = &clientLine{client: who.Client, last: 1} // a familiar site comes first
		t.waiting = append(t.waiting, c)
	}
	if s == nil {
		s = &siteLine{site: who.Site}
		c.kinds[kindOf(who)] = append(c.kinds[kindOf(who)], s)
	}
	s.waiting = append(s.waiting, place)
}

// withdraw takes place out of the line, and reports whether it was there.
func (t *turns) withdraw(who Asker, place chan struct{}) bool {
	c, s := t.find(who)
	if s == nil || !slices.Contains(s.waiting, place) {
		return false
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(p chan struct{}) bool { return p == place })
	kind := kindOf(who)
	if len(s.waiting) == 0 {
		c.kinds[kind] = slices.DeleteFunc(c.kinds[kind], func(l *siteLine) bool { return l == s })
	}
	if len(c.kinds[0])+len(c.kinds[1]) == 0 {
		t.waiting = slices.DeleteFunc(t.waiting, func(l *clientLine) bool { return l == c })
	}
	return true
}
