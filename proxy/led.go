package proxy

import (
	"net/netip"
	"strings"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/imitation"
)

// brought reports whether a request may bring to its site what was typed before, though it
// is none that a page which is open there sends of itself: in a cookie, or in the address
// that a page of another site leads to.
func (h *handed) brought(v *visit, target, site string, get func(string) string) bool {
	return h.setByPage(v, get("cookie"), get) || h.addressed(v, target, site, get)
}

// brought is that of handed for a plain head. It looks once a minute at the cookies that
// every request of a page comes with.
func (r *relay) brought(target, site string, now int64, get func(string) string) bool {
	h, v, cookie := r.server.handed, r.visit, get("cookie")
	if cookie != "" {
		if looked := h.sum(cookie); looked != r.looked || now-r.lookedAt >= int64(notedFor) {
			r.looked, r.lookedAt = looked, now
			if h.setByPage(v, cookie, get) {
				return true
			}
		}
	}
	return h.addressed(v, target, site, get)
}

// addressed reports whether a page where a sign-in may have been typed leads to another site
// by more than words and numbers.
func (h *handed) addressed(v *visit, target, site string, get func(string) string) bool {
	return crosses(site, get) && hasOpaque(target) && h.ledFrom(v.client, v.target.name, get)
}

// crosses reports whether a request may open a page in a tab from one of another site.
func crosses(site string, get func(string) string) bool {
	return (site == "cross-site" || site == "") && opensPage(site, get)
}

// hasOpaque reports whether target has anything but words and numbers.
func hasOpaque(target string) (found bool) {
	opaque(target, func([]byte) { found = true })
	return found
}

// ledFrom reports whether a request, with the fields that get returns, opens a page of n
// from one of another site where a sign-in may have been typed. Of a page that does not say
// which it is, it is taken to be the last that client opened.
func (h *handed) ledFrom(client netip.Addr, n hostname.Name, get func(string) string) bool {
	site := get("sec-fetch-site")
	if !crosses(site, get) {
		return false
	}
	from, says := originName(func(name string) string { return strings.Clone(get(name)) })
	if !says && site == "" {
		return false
	}
	key, there := owedKey{client: client}, owedKey{client, dossier.SiteOf(n)}
	if says {
		key.site = dossier.SiteOf(from)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.opened.Get(key)
	at, _ := h.opened.Get(there)
	return known && o != at && o.asks && time.Since(o.at) < visitFor
}

// asks notes that the page of n which client opened last has fields of a sign-in.
func (h *handed) asks(client netip.Addr, n hostname.Name) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o, known := h.opened.Get(owedKey{client, dossier.SiteOf(n)}); known {
		o.asks = true
		now := time.Now()
		a, known := h.asked.Get(client)
		if !known || now.Sub(a.last) >= visitFor {
			a = &signIns{first: now}
			h.asked.Put(client, a)
		}
		a.last = now
	}
}

// noteFields notes fields of a sign-in, unless people rightly sign in there.
func (r *reading) noteFields(book *dossier.Book, found imitation.Result) {
	if r.asks || !found.Form.Username && len(found.Fields()) == 0 {
		return
	}
	r.asks = true
	page := r.from
	if r.shown && r.scan.Document() {
		page = r.visit.target.name
	}
	if !page.IsZero() && book.Hints(page, r.visit.client).Thorough {
		r.server.handed.asks(r.visit.client, page)
	}
}
