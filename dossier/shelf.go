package dossier

import (
	"container/list"
	"hash/maphash"
	"sync"
)

// The book is bounded: a page can make a browser ask for any number of hosts.
// Sites of one rank give way to each other only, so that neither a flood of new
// sites nor one of sign-ins that pass can push out what was judged.
const shelves = 32

// rank is how much it matters that a site is not forgotten.
type rank uint8

const (
	merelySeen rank = iota
	signedIn        // credentials passed there
	judged          // given away, or guessing
	ranks
)

// room is how many sites of each rank a shelf holds.
var room = [ranks]int{merelySeen: 20_000 / shelves, signedIn: 10_000 / shelves, judged: 10_000 / shelves}

// shelf holds the dossiers of the sites whose hash leads to it. Of a rank the
// site that was longest without a visit, a page or a request with credentials
// gives way.
type shelf struct {
	mu     sync.RWMutex
	sites  map[string]*sheet
	places [ranks]list.List // of *sheet, the latest first
}

func (s *shelf) init() { s.sites = map[string]*sheet{} }

// shelfOf returns where site stands.
func (b *Book) shelfOf(site string) *shelf {
	return &b.shelves[maphash.String(b.seed, site)%shelves]
}

// look returns the dossier of site, or nil. The caller holds a lock.
func (s *shelf) look(site string) *sheet { return s.sites[site] }

// take returns the dossier of site, a new one if need be, as the latest of its
// rank. The caller holds the write lock.
func (s *shelf) take(site string) *sheet {
	if d := s.sites[site]; d != nil {
		s.places[d.placed].MoveToFront(d.place)
		return d
	}
	d := newSheet(site)
	s.sites[d.site] = d
	s.put(d)
	return d
}

// sort moves d to the places of its rank, after that may have changed. The
// caller holds the write lock.
func (s *shelf) sort(d *sheet) {
	if d.rank() != d.placed {
		s.places[d.placed].Remove(d.place)
		s.put(d)
	}
}

func (s *shelf) put(d *sheet) {
	d.placed = d.rank()
	places := &s.places[d.placed]
	d.place = places.PushFront(d)
	if places.Len() > room[d.placed] {
		last := places.Back()
		places.Remove(last)
		delete(s.sites, last.Value.(*sheet).site)
	}
}
