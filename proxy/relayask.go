package proxy

import (
	"bytes"
	"net/http"
	"strings"
	"unsafe"

	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/proxy/h1"
)

// mayForward makes the checks that serveVisit makes for other requests; what
// fails one of them is answered there. head is the request's.
func (r *relay) mayForward(head []byte, req h1.Request) bool {
	v := r.visit
	if v.broken != nil || v.target.ownSite() || v.target.drill() || string(req.Host) != v.host {
		return false
	}
	if _, held := r.server.held(v.client, v.target); held {
		return false
	}
	if r.server.checkPort(v.target.port) != nil || !allowed(r.server.settings.Load().Clients, v.client) {
		return false
	}
	return r.mayPass(head)
}

// mayPass reports whether nothing has to be judged or changed before the
// request with this head is sent: it carries nothing, its site was not given
// away, no warning waits to be shown, and the answer can be read. It does not
// allocate where that is so.
func (r *relay) mayPass(head []byte) bool {
	v := r.visit
	if _, held := r.server.givenAway(v); held {
		return false
	}
	if r.server.owed.waits() {
		mode := h1.Field(head, "sec-fetch-mode")
		if h1.EqualFold(mode, "navigate") || len(mode) == 0 && bytes.Contains(h1.Field(head, "accept"), []byte("text/html")) {
			return false
		}
	}
	if r.server.wary(v, func() dossier.Sender { return r.pageOf(head) }) {
		return false
	}
	if accept := h1.Field(head, "accept-encoding"); len(accept) > 0 && !readableCodings(view(accept)) {
		return false
	}
	h := guard.Head{Host: v.target.name, Method: http.MethodGet, Target: view(h1.Target(head)), Header: extraordinary(head)}
	return guard.Bare(h) || r.carriesNothing(h, head)
}

// carriesNothing reports whether nothing is found in a request that could carry
// something, such as one with a query. What is found is judged, with all that
// belongs to it, by the inner server.
func (r *relay) carriesNothing(h guard.Head, head []byte) bool {
	h.Target = strings.Clone(h.Target)
	r.server.named(r.visit)
	f := guard.Inspect(h, nil, true, r.server.hints(r.pageOf(head), r.visit))
	defer f.Wipe()
	return f.Weight() == 0
}

// pageOf is that of a request for a plain head.
func (r *relay) pageOf(head []byte) dossier.Sender {
	return pageBy(func(name string) string { return string(h1.Field(head, name)) }, r.visit)
}

// view is b as a string for as long as b is not written to: for callees that
// look and do not keep.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// ordinary are the header fields that a browser fills in by itself, of which
// guard reads none that no page wrote into.
var ordinary = [...]string{
	"accept", "accept-encoding", "accept-language", "cache-control", "connection", "cookie", "dnt", "host", "if-modified-since",
	"if-none-match", "if-range", "keep-alive", "origin", "pragma", "priority", "proxy-connection", "range", "referer",
	"save-data", "upgrade-insecure-requests", "user-agent",
}

// canonical are the same as package http writes them.
var canonical = func() (names [len(ordinary)]string) {
	for i, s := range ordinary {
		names[i] = http.CanonicalHeaderKey(s)
	}
	return names
}()

// extraordinary are the fields of a plain head that are not ordinary; nil when
// there are none.
func extraordinary(head []byte) (h http.Header) {
	for {
		i := bytes.IndexByte(head, '\n')
		if head = head[i+1:]; i < 0 || len(head) < 3 {
			return h
		}
		name, value, ok := bytes.Cut(head, []byte(":"))
		value, _, _ = bytes.Cut(value, []byte("\r"))
		value = bytes.TrimSpace(value)
		if !ok || isOrdinary(name, value) {
			continue
		}
		if h == nil {
			h = http.Header{}
		}
		h.Add(string(name), string(value))
	}
}

func isOrdinary(name, value []byte) bool {
	if h1.HasPrefixFold(name, "sec-") {
		return true
	}
	for i, s := range ordinary {
		if h1.EqualFold(name, s) {
			return !guard.Strews(canonical[i], view(value))
		}
	}
	return false
}
