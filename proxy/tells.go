package proxy

import (
	"net/http"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/proxy/ruling"
)

// tells is what a request may say of what was typed into its page.
type tells uint8

const (
	tellsNothing tells = iota // what every visit has; see ordinary
	tellsOther                // more, and no protected password: it was compared, or its page is trusted
	tellsID                   // the same, with the ID of a protected sign-in
	tellsAny                  // whatever was typed
	tellings
)

// most is what a page of n may tell by what nobody compared. Where people are known to sign
// in, what scripts send is for the site to know.
func (h *handed) most(n hostname.Name) tells {
	if !n.IsZero() && h.trusted(n) {
		return tellsOther
	}
	return tellsAny
}

// given is when something was sent last that may tell so much; of tellsNothing, when anything was.
type given [tellings]time.Time

// any is when something was sent that may tell whatever was typed: also what was compared
// before since with other accounts than there are now.
func (g *given) any(since time.Time) time.Time {
	last := g[tellsAny]
	for _, compared := range g[tellsOther:tellsAny] {
		if compared.Before(since) && compared.After(last) {
			last = compared
		}
	}
	return last
}

// lately is the most that what was sent in the last hours may tell, from tellsOther on.
func (g given) lately(since time.Time) tells {
	g[tellsAny] = g.any(since)
	for how := tellsAny; how > tellsNothing; how-- {
		if !g[how].IsZero() && time.Since(g[how]) < handedFor {
			return how
		}
	}
	return tellsNothing
}

// comparedIn is what r may tell of a protected sign-in at the most: a form that a page sends
// as it leaves, whose password was compared, or an ID without anything that could be one. A
// script's request may hold anything twice, and what looks made may be what was typed.
func comparedIn(r *http.Request, f *guard.Finding, m accounts.Match) tells {
	switch {
	case f.Undecoded || f.Bomb || f.More || f.Hidden || f.Made || m.Partial || m.Password, !isNavigation(r), hasOpaque(guardTarget(r)):
		return tellsAny
	case m.ID && (f.Named > 0 || len(f.Passwords) == 0):
		return tellsID
	case !m.ID && f.Named > 0:
		return tellsOther
	}
	return tellsAny
}

// remember notes that something protected is about to go to a site, in whatever part of r:
// no later warning of the visit may say that nothing was sent.
func (s *Server) remember(r *http.Request, v *visit, m accounts.Match) {
	if v.target.drill() || !m.ID && !m.Password {
		return
	}
	how := tellsID
	if m.Password {
		how = tellsAny
	}
	s.handed.add(v.client, v.target.name, how)
	if page := senderOf(r, v); !page.IsZero() && page != v.target.name {
		s.handed.add(v.client, page, how)
	}
}

// gaveBefore adds to why whether something that was typed may have gone before r, which is to
// be held, to its site or from that of its page. Where a protected password is held, what was
// compared with it had at most its ID. Exercises send nothing anywhere.
func (s *Server) gaveBefore(r *http.Request, v *visit, m accounts.Match, why *ruling.Ruling) {
	if v.target.drill() {
		return
	}
	what := s.handed.during(v.client, v.target.name, why.FirstSeen)
	if page := senderOf(r, v); !page.IsZero() && page != v.target.name {
		what = max(what, s.handed.during(v.client, page, time.Time{}))
	}
	why.Maybe = what == tellsAny || what > tellsNothing && !m.Password
	why.ID = why.ID || what == tellsID
}
