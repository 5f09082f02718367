package dossier

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"sync/atomic"

	"golang.org/x/net/publicsuffix"

	"sekisho/hostname"
)

// SiteOf returns the site of n: what one owner holds, and what a dossier is
// about. It is the registrable domain, by the private section of the public
// suffix list too, so that tenants of shared hosting are told apart; below the
// names in hosting.tsv it is the tenant, or the host that many people share;
// and of an IP address it is the address. For the zero Name it is "".
func SiteOf(n hostname.Name) string {
	host := n.String()
	slot := &answers[maphash.String(answersSeed, host)%uint64(len(answers))]
	if a := slot.Load(); a != nil && a.host == host {
		return a.site
	}
	host = strings.Clone(host) // what is kept must not hold on to a request
	site := siteOf(n, host)
	slot.Store(&answer{host, site})
	return site
}

// answers are those given last, one for each slot that names fall into: the
// public suffix list is slow to ask for every request. Names that share a slot
// displace each other, so it needs no lock and grows no further than 2 MiB.
var (
	answers     [4096]atomic.Pointer[answer]
	answersSeed = maphash.MakeSeed()
)

type answer struct{ host, site string }

// siteOf is SiteOf without memory; s is the String of n.
func siteOf(n hostname.Name, s string) string {
	if _, ip := n.Addr(); ip {
		return s
	}
	if at, kind := sharedAbove(s); kind == tenants && len(at) < len(s) {
		rest := len(s) - len(at) - len(".")
		return s[strings.LastIndexByte(s[:rest], '.')+1:]
	} else if kind == names {
		return s
	} else if kind != alone {
		return at
	}
	if r := n.Registrable(); r != "" {
		return s[len(s)-len(r):]
	}
	return s
}

// sharedAbove returns the longest entry of hosting.tsv that covers s; s itself if it is a store.
func sharedAbove(s string) (entry string, kind sharing) {
	if isStore(s) {
		return s, forms
	}
	for at, more := s, true; more; _, at, more = strings.Cut(at, ".") {
		if k, ok := hosting[at]; ok {
			return at, k
		}
	}
	return "", alone
}

// sharingOf returns who has pages on a site. What stands above tenants may have its own
// pages, or everybody's by their paths.
func sharingOf(site string) sharing {
	at, kind := sharedAbove(site)
	if kind == alone && privateSuffix(site) == site || (kind == tenants || kind == names) && at == site {
		return pages
	}
	return kind
}

// privateSuffix returns the suffix of site if it is one of the private section.
// An unlisted top-level domain is a suffix of one label, and not private.
func privateSuffix(site string) string {
	if _, err := netip.ParseAddr(site); err == nil {
		return ""
	}
	if suffix, icann := publicsuffix.PublicSuffix(site); !icann && strings.Contains(suffix, ".") {
		return suffix
	}
	return ""
}

// isFreeHosting reports whether anybody can have site without registering a
// domain: a tenant, a form, or a name below a suffix of the private section.
func isFreeHosting(site string) bool {
	if _, err := netip.ParseAddr(site); err == nil {
		return false
	}
	if _, kind := sharedAbove(site); kind == tenants || kind == names || kind == forms {
		return true
	}
	return privateSuffix(site) != ""
}
