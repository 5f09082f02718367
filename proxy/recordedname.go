package proxy

import (
	"context"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/proxy/recent"
	"sekisho/proxy/ruling"
)

// namingTimeout is how long a record waits until the labels of a name were compared with
// the protected sign-ins.
const namingTimeout = 2 * time.Second

// recordedName is what v's target is called in all that is kept or shown of it. A page
// may put what was typed into a label of a host below its own site, which the journal
// would keep for months: such a host is called by its site. What cannot be compared now
// is taken for a credential. A password of no account here is known by a request that
// was sent to the host with it.
func (s *Server) recordedName(v *visit) hostname.Name {
	site := above(v.target.name)
	if site == v.target.name || !s.spelled.has(v.target.name) && !s.labelsTell(v) {
		return v.target.name
	}
	return site
}

// maxSpelled bounds the hosts whose names are known for what was sent there.
const maxSpelled = 4096

// spelled remembers hosts whose labels spell what a request to them carried.
type spelled struct {
	mu    sync.Mutex
	hosts *recent.Map[hostname.Name, struct{}]
}

func newSpelled() *spelled { return &spelled{hosts: recent.New[hostname.Name, struct{}](maxSpelled)} }

func (s *spelled) add(n hostname.Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts.Put(n, struct{}{})
}

func (s *spelled) has(n hostname.Name) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.hosts.Get(n)
	return ok
}

// labelsTell reports whether labels of v's target are a protected sign-in, part of one,
// or six digits, as codes are.
func (s *Server) labelsTell(v *visit) bool {
	var known func(id []byte) bool
	if !s.accounts.Empty() {
		known = func(id []byte) bool { _, ok := s.accounts.Knows(id); return ok }
	}
	f := guard.InspectHost(v.target.name, known)
	defer f.Wipe()
	if len(f.Codes) > 0 || s.knowsAny(f.IDs) {
		return true
	}
	if len(f.Passwords) == 0 || s.accounts.Empty() {
		return false
	}
	ctx, cancel := context.WithTimeout(s.over, namingTimeout)
	defer cancel()
	m, err := s.check(ctx, v, &f, dossier.Concern{All: true})
	return err != nil || m.ID || m.Password || s.accounts.Problem() != nil
}

// above is the site of n, or what a tenant's site is below, whose label is anybody's too:
// n itself where there is nothing to leave out.
func above(n hostname.Name) hostname.Name {
	site := dossier.SiteOf(n)
	if site == n.String() && n.Registrable() != site {
		_, site, _ = strings.Cut(site, ".")
	}
	if called, err := hostname.Parse(site); err == nil {
		return called
	}
	return n
}

// SiteName is what a host is called by whose labels are what was typed: its site, or n
// itself where there is nothing to leave out.
func SiteName(n hostname.Name) hostname.Name { return above(n) }

// where is what rulings, and events of them, say of v.
func (s *Server) where(v *visit) ruling.Where {
	return ruling.Where{Client: v.client, Host: s.recordedName(v), Port: v.target.port, Scheme: v.scheme, Drill: v.target.drill()}
}

// mayGoOn reports whether v's client has leave at its target, by the name that the
// warning had for it.
func (s *Server) mayGoOn(v *visit, kind ruling.Kind) bool {
	if s.leaves.Has(v.client, v.target.name, kind) {
		return true
	}
	site := above(v.target.name)
	return s.leaves.Has(v.client, site, kind) && s.recordedName(v) == site
}

// siteField names n in the log by its site: of most of what is logged nobody judged what
// the labels below it are.
func siteField(n hostname.Name) zap.Field { return zap.String("site", above(n).String()) }

// siteError is err, which may have n in its text, for the log.
func siteError(n hostname.Name, err error) zap.Field {
	return zap.String("error", strings.ReplaceAll(err.Error(), n.String(), above(n).String()))
}
