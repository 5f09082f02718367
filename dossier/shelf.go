package dossier

import (
	"container/list"
	"hash/maphash"
	"sync"
)

// The book is bounded: a page can make a browser ask for any number of hosts.
// Sites whose judgement must last (given away, gone on to, pardoned) have
// their own places, so that a flood of new sites cannot push them out.
const (
	shelves  = 32
	maxPlain = 20_000 / shelves // sites a shelf, merely seen
	maxKept  = 10_000 / shelves // and those that must last
)

// shelf holds the dossiers of the sites whose hash leads to it. Of either
// kind the site that was longest without a visit, a page or a request with
// credentials gives way.
type shelf struct {
	mu    sync.RWMutex
	sites map[string]*sheet
	plain list.List // of *sheet, the latest first
	kept  list.List
}

func (s *shelf) init() { s.sites = map[string]*sheet{} }

// shelfOf returns where site stands.
func (b *Book) shelfOf(site string) *shelf {
	return &b.shelves[maphash.String(b.seed, site)%shelves]
}

// look returns the dossier of site, or nil. The caller holds a lock.
func (s *shelf) look(site string) *sheet { return s.sites[site] }

// take returns the dossier of site, a new one if need be, as the latest of its
// kind. The caller holds the write lock.
func (s *shelf) take(site string) *sheet {
	if d := s.sites[site]; d != nil {
		s.listOf(d).MoveToFront(d.place)
		return d
	}
	d := newSheet(site)
	s.sites[d.site] = d
	s.put(d)
	return d
}

// sort moves d to the places of its kind, after its kind may have changed.
// The caller holds the write lock.
func (s *shelf) sort(d *sheet) {
	if d.lasting() == d.keptPlace {
		return
	}
	s.listOf(d).Remove(d.place)
	s.put(d)
}

func (s *shelf) put(d *sheet) {
	d.keptPlace = d.lasting()
	places, most := &s.plain, maxPlain
	if d.keptPlace {
		places, most = &s.kept, maxKept
	}
	d.place = places.PushFront(d)
	if places.Len() > most {
		last := places.Back()
		places.Remove(last)
		delete(s.sites, last.Value.(*sheet).site)
	}
}

func (s *shelf) listOf(d *sheet) *list.List {
	if d.keptPlace {
		return &s.kept
	}
	return &s.plain
}
