package dossier

import (
	_ "embed"
	"fmt"
	"strings"

	"sekisho/hostname"
)

//go:embed familiar.tsv
var familiarText string

// builtIn is familiar.tsv, in its order. It is not changed after start.
var builtIn = readFamiliar(familiarText)

// readFamiliar panics on a line it does not understand: the text is part of
// the program, and a test reads it.
func readFamiliar(text string) []string {
	var names []string
	for f := range tsv(text) {
		if len(f) != 3 {
			panic(fmt.Sprintf("dossier: familiar.tsv: %q", f))
		}
		names = append(names, f[0])
	}
	return names
}

// familiar is the well-known sign-ins. It is immutable.
type familiar struct {
	hosts map[string]bool // each covers itself and the names below, within its site
	sites map[string]bool // of those hosts
}

// newFamiliar returns the built-in names and the owner's. An owner's name is
// refused when it is no host, a public suffix, or a name that strangers share.
func newFamiliar(owners []string) (f familiar, refused []string) {
	f = familiar{hosts: map[string]bool{}, sites: map[string]bool{}}
	for _, name := range builtIn {
		f.add(name)
	}
	for _, name := range owners {
		n, err := hostname.Parse(strings.TrimPrefix(strings.TrimPrefix(name, "*"), "."))
		if _, ip := n.Addr(); err != nil || !ip && !ownable(n) {
			refused = append(refused, name)
			continue
		}
		f.add(n.String())
	}
	return f, refused
}

// ownable reports whether n is a name that one owner answers for.
func ownable(n hostname.Name) bool {
	at, kind := sharedAbove(n.String())
	return n.Registrable() != "" && kind != forms && (kind != tenants && kind != names || at != n.String())
}

func (f familiar) add(name string) {
	f.hosts[name] = true
	if n, err := hostname.Parse(name); err == nil {
		f.sites[SiteOf(n)] = true
	}
}

// covers reports whether the sign-in at host, which belongs to site, is well
// known. An entry above the site does not count: google.com says nothing of
// the sites that anybody makes at sites.google.com.
func (f familiar) covers(host, site string) bool {
	for at := host; len(at) >= len(site); {
		if f.hosts[at] {
			return true
		}
		var more bool
		if _, at, more = strings.Cut(at, "."); !more {
			return false
		}
	}
	return false
}
