package guard

import (
	"bytes"
	"slices"
	"strings"

	"sekisho/guard/vocabulary"
)

// maxLateCookies is how many pairs of a cookie are looked at for a code.
const maxLateCookies = 64

// lateHead takes six digits out of the places of a head that a page may write to: a
// header or a cookie of its own, the subprotocols of a WebSocket, a label of the host.
// Programs put numbers there as well, so that it takes a name that says code or nothing.
func (r *reader) lateHead(h Head) {
	for name, values := range h.Header {
		for _, v := range values {
			switch {
			case name == "Cookie":
				r.lateCookies(v)
			case name == "Sec-Websocket-Protocol":
				for part := range strings.SplitSeq(v, ",") {
					r.lateDigits([]byte(strings.TrimSpace(part)), saysCode(v))
				}
			case len(v) <= lateDigits+3 && !reserved(name) && !common[name] && !numbers(name):
				r.lateDigits([]byte(strings.TrimSpace(v)), nameSaysCode([]byte(strings.TrimPrefix(name, "X-"))))
			}
		}
	}
	// A page's own host is in its address: whoever opened it has asked for that name before.
	if r.read == 0 && h.Header.Get("Sec-Fetch-Mode") != "navigate" && h.Header.Get("Sec-Fetch-Site") != "same-origin" {
		r.lateLabel(h.Host.String())
	}
}

// lateDigits files v if it is six digits, with or without a gap. called is whether its name
// says code.
func (r *reader) lateDigits(v []byte, called bool) {
	switch {
	case halved(v):
		v = slices.Concat(v[:3], v[4:])
	case len(v) != lateDigits || !whole(v):
		return
	}
	r.lateFound(v, called)
}

// lateCookies looks at the cookies whose name says code, or is a letter that says nothing:
// all others have a number by chance.
func (r *reader) lateCookies(line string) {
	n := 0
	for pair := range strings.SplitSeq(line, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if n++; n > maxLateCookies {
			return
		}
		key := []byte(name)
		called := nameSaysCode(key)
		if called || len(key) == 1 && (meaningless(key) != 0 || !vocabulary.Data(key)) {
			r.lateDigits([]byte(strings.Trim(v, `"`)), called)
		}
	}
}

// numbers reports whether a header's name says what its number is.
func numbers(name string) bool {
	name = strings.TrimPrefix(name, "X-")
	key := []byte(name)
	if nameSaysCode(key) || meaningless(key) != 0 {
		return false
	}
	if vocabulary.Data(key) || measure(key) || vocabulary.Lookup(key).Class != vocabulary.Other {
		return true
	}
	return has(strings.ToLower(name), headerNumbers...)
}

// headerNumbers are words in names of headers that programs send with every request, whose
// number is how much there is of something, or whose or which it is.
var headerNumbers = []string{
	"length", "count", "total", "offset", "bytes", "width", "height", "duration", "elapsed", "delay", "limit", "latency",
	"tenant", "org", "company", "shop", "store", "branch", "team", "workspace", "project", "customer", "member", "kaiin", "partner", "site", "revision", "build", "release", "version",
}

// meaningless returns a name that is a letter which says little, or else 0: k is a key or
// what is looked for, and v a version or a value.
func meaningless(name []byte) byte {
	if len(name) == 1 && bytes.IndexByte([]byte("kKvV"), name[0]) >= 0 {
		return name[0]
	}
	return 0
}

// lateLabel looks at the labels below the site's own for six digits. It is for requests that
// hold nothing else, and no navigations: links in mails lead by hosts with the number of a
// customer. Behind a letter digits are that of a store or a tenant, whose pictures and
// styles all come from there: c104832.cdn.example.
func (r *reader) lateLabel(host string) {
	labels := strings.Split(host, ".")
	for _, label := range labels[:max(0, len(labels)-2)] {
		r.lateDigits([]byte(label), false)
	}
}
