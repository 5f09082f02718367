package interstitial

import (
	"strings"

	"sekisho/hostname"
)

// address is a host name laid out so that its owner stands out: Own holds the
// labels of the registrable domain, Before those left of it. Every label is
// shown in its own bidi isolate, so that right-to-left ones cannot trade places.
type address struct {
	Before, Own []label
}

// label is one label, cut where characters other than ASCII begin and end.
type label []run

// run is a stretch of one label. Odd ones are not plain letters or digits.
type run struct {
	Text string
	Odd  bool
}

// site is a host as the pages show it.
type site struct {
	Name    string   // ASCII form, for copying
	Address address  // ASCII form, laid out
	Decoded *address // as browsers may display it, if that differs
}

// newSite lays out n, or returns nil for the zero Name.
func newSite(n hostname.Name) *site {
	if n.IsZero() {
		return nil
	}
	s := &site{Name: clean(n.String(), maxName), Address: newAddress(n.String(), n)}
	if u := n.Unicode(); u != n.String() {
		a := newAddress(u, n)
		s.Decoded = &a
	}
	return s
}

// ownSite lays out one of our own names.
func ownSite(name string) *site {
	n, _ := hostname.Parse(name)
	return newSite(n)
}

// newAddress lays out text, one of n's forms. An address literal, and a name
// without a registrable part, is its own owner.
func newAddress(text string, n hostname.Name) address {
	if _, ok := n.Addr(); ok {
		return address{Own: []label{newLabel(text)}}
	}
	var all []label
	for l := range strings.SplitSeq(clean(text, maxName), ".") {
		all = append(all, newLabel(l))
	}
	own := len(all)
	if r := n.Registrable(); r != "" {
		own = min(own, strings.Count(r, ".")+1)
	}
	return address{Before: all[:len(all)-own], Own: all[len(all)-own:]}
}

// newLabel cuts s into runs.
func newLabel(s string) label {
	var l label
	for _, r := range s {
		odd := r > '~'
		if len(l) == 0 || l[len(l)-1].Odd != odd {
			l = append(l, run{Odd: odd})
		}
		l[len(l)-1].Text += string(r)
	}
	return l
}
