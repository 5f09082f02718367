package proxy

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"strings"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/proxy/h1"
)

// A page can write what was typed into it to a cookie, which goes with its next request
// whatever that is. So the cookies of a site are compared with those that came while the
// visit began, and with what its servers set since.

// cookieMarks are what is known of the cookies of a visit: marks of their parts, of 24 bits
// under a key that nobody has, so that many passwords in a thousand million fit each.
type cookieMarks struct {
	last  uint32 // of the field that was looked at last
	parts marks
}

// marks are a set of them, in order.
type marks []uint32

// add adds one, as long as there is room, and reports whether it was not there.
func (m *marks) add(one uint32) (more bool) {
	at, known := slices.BinarySearch(*m, one)
	if !known && len(*m) < maxMarks {
		*m = slices.Insert(*m, at, one)
	}
	return !known
}

// maxMarks bounds them. A browser keeps some 180 cookies of a site, most of which say no
// more than a word and a number.
const maxMarks = 256

// mark is a figure for s that says next to nothing of it.
func (h *handed) mark(s []byte) uint32 { return uint32(maphash.Bytes(h.seed, s)) >> 8 }

// learn notes the parts of the cookies in field, and reports whether one of them was not
// known. Names are words in any case.
func (h *handed) learn(c *cookieMarks, field string) (more bool) {
	note := func(part []byte) { more = c.parts.add(h.mark(part)) || more }
	for cookie := range strings.SplitSeq(field, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(cookie), "=")
		opaque(strings.ToLower(name), note)
		opaque(value, note)
	}
	return more
}

func (h *handed) sum(field string) uint32 { return uint32(maphash.String(h.seed, field)) }

// setByPage reports whether a cookie of a request to v's target may hold what was typed into
// a page of its site: it was not there when the visit began, and no server of the site set it.
// get returns the request's fields.
func (h *handed) setByPage(v *visit, cookie string, get func(string) string) bool {
	if cookie == "" {
		return false
	}
	stays := func() bool { return get("sec-fetch-site") == "same-origin" && get("sec-fetch-dest") == "document" }
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	o, known := h.opened.Get(owedKey{v.client, dossier.SiteOf(v.target.name)})
	switch {
	case !known:
		return stays() // from a page of before anything was known
	case now.Sub(o.at) >= visitFor && !stays():
		return false // if any visit begins, it is another
	}
	last := h.sum(cookie)
	if last == o.cookies.last {
		return false
	}
	o.cookies.last = last
	return h.learn(&o.cookies, cookie) && now.Sub(o.began) >= loadFor
}

// sets notes what an answer of n to client sets as cookies.
func (h *handed) sets(client netip.Addr, n hostname.Name, fields []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o, known := h.opened.Get(owedKey{client, dossier.SiteOf(n)}); known {
		h.given(&o.cookies, fields...)
	}
}

func (h *handed) given(c *cookieMarks, fields ...string) {
	for _, f := range fields {
		cookie, _, _ := strings.Cut(f, ";")
		h.learn(c, cookie)
	}
}

// sets is that of handed for a plain head.
func (r *relay) sets(head []byte) {
	h, v := r.server.handed, r.visit
	if r.genuine {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if o, known := h.opened.Get(owedKey{v.client, dossier.SiteOf(v.target.name)}); known {
		for field := range h1.Fields(head, "set-cookie") {
			h.given(&o.cookies, view(field))
		}
	}
}

// maxTime is how many figures a time in milliseconds has.
const maxTime = 13

// opaque calls use with each part of s that may be something typed, or made of it: what is
// neither a word in lower-case letters nor a number such as times are. Percent-encoding is
// undone. In a part with letters any figures count as one: counters and times change.
func opaque(s string, use func(part []byte)) {
	var room [64]byte
	part, letters, figures, odd := room[:0], 0, 0, false
	end := func() {
		if odd || letters > 0 && figures > 0 || letters > maxWord || figures > maxTime {
			if letters > 0 || odd {
				part = slices.CompactFunc(part, func(a, b byte) bool { return a == '0' && b == '0' })
			}
			use(part)
		}
		part, letters, figures, odd = part[:0], 0, 0, false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi < 16 && lo < 16 {
				c, i = hi<<4|lo, i+2
			}
		}
		switch {
		case c >= '0' && c <= '9':
			figures++
			c = '0'
		case c >= 'a' && c <= 'z':
			letters++
		case (c == 'T' || c == 'Z') && figures > 0 && letters == 0 && !odd: // 2026-11-26T09:30:00Z
			end()
			continue
		case c >= 'A' && c <= 'Z', c >= 0x80, c == '@':
			odd = true
		default:
			end()
			continue
		}
		part = append(part, c)
	}
	end()
}

// unhex is the value of a hexadecimal figure, or 16 or more.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}
