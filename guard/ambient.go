package guard

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Bounds of what browsers send unasked.
const (
	maxAmbient      = 16 // candidates
	ambientWork     = 64 << 10
	maxAmbientValue = 4 << 10
)

// ambient reads cookies, headers, the address in the Referer, the method and the name of
// the host: where a page may put a password so that a request carries it.
// Sessions and statistics lie there as well, so what is found counts as candidates only,
// and only beside a protected ID or where every value does. An ID there says who is
// signed in, which is no act.
func (r *reader) ambient(head Head) (candidates, ids []value) {
	h := head.Header
	if r.hints.Known == nil && !r.hints.Suspicious {
		return nil, nil
	}
	all := r.hints.Suspicious || r.hints.Follows && !r.hints.Sparing
	if !all && !(r.hints.Thorough && (len(r.knownIDs) > 0 || headerHasAddress(h) || strange(head))) {
		return nil, nil
	}
	s := &reader{hints: Hints{Known: r.hints.Known, Suspicious: r.hints.Known == nil}, work: ambientWork, place: InHead}
	s.startLine(head)
	still := len(r.knownIDs) > 0 || r.hints.Suspicious || !r.hints.Follows
	opens := h.Get("Sec-Fetch-Mode") == "navigate"
	for _, name := range slices.Sorted(maps.Keys(h)) { // what is left out is the same each time
		if opens && name != "Cookie" && name != "Referer" {
			continue // the browser's own: no page sets a header of what it leads a tab to
		}
		if invented(name) {
			s.headPart(strings.ToLower(strings.TrimPrefix(name, "X-")))
			s.headPart(name)
		}
		for _, v := range h[name] {
			switch {
			case len(v) > maxAmbientValue:
			case name == "Cookie":
				s.cookies(v, all)
			case name == "Referer":
				path, query, _ := strings.Cut(v, "?")
				s.form([]byte(query), true)
				s.refererPath(path)
			case name == "Accept-Language", name == "Sec-Websocket-Protocol":
				for part := range strings.SplitSeq(v, ",") {
					part, _, _ = strings.Cut(strings.TrimSpace(part), ";q=")
					s.own(part)
				}
			case name == "Authorization" && !isBasic(v):
				_, v, _ := strings.Cut(v, " ")
				s.own(v)
			case ofOwn(name):
				s.own(v)
			case !reserved(name) && !ownHeader(name) && (still || !cached(name)):
				s.headText(name, v)
			}
		}
	}
	if !all && len(r.knownIDs)+len(s.knownIDs) == 0 {
		return nil, nil
	}
	list := append(s.passwords, s.nearest()...)
	return list[:min(len(list), maxAmbient)], s.knownIDs
}

// cookies reads the pairs of a Cookie field. Names with an underscore in front
// are those of statistics, and are read where everything is.
func (r *reader) cookies(line string, all bool) {
	for pair := range strings.SplitSeq(line, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if all || !strings.HasPrefix(name, "_") {
			r.own(v)
		}
		if b := []byte(name); odd(b) && human(b) {
			r.own(name)
		}
	}
}

// own reads one value, plain or with percent escapes.
func (r *reader) own(v string) {
	b := []byte(v)
	if strings.IndexByte(v, '%') >= 0 {
		b = unescape(b, false)
	}
	r.add(anyLabel, bytes.Trim(b, `"`), text)
}

// refererPath reads the segments of the page's own address, which a script sets.
func (r *reader) refererPath(address string) {
	parts := strings.Split(address, "/")
	for _, part := range parts[min(len(parts), 3):] { // behind https, nothing, the host
		r.own(part)
	}
}

// ofOwn reports whether a header may be of a page's own making: browsers and their
// libraries have no use for it, as far as is known.
func ofOwn(name string) bool {
	own, ok := strings.CutPrefix(name, "X-")
	if !ok || len(name) > 40 {
		return false
	}
	switch own {
	case "Requested-With", "Http-Method-Override", "Http-Method", "Method-Override", "Request-Id", "Correlation-Id", "Client-Data", "Forwarded-For":
		return false
	}
	return !ownHeader(name)
}

// headerHasAddress reports whether a header has an address in a place that ambient reads.
// It does not allocate.
func headerHasAddress(h http.Header) bool {
	for name, values := range h {
		if fieldHasAddress(name, values) {
			return true
		}
	}
	return false
}

// Strews reports whether one field of a header has an address in it, plain or hidden,
// so that [Inspect] has to see it. name is in canonical form. It does not allocate.
func Strews(name, value string) bool {
	one := [1]string{value}
	return fieldHasAddress(name, one[:])
}

func fieldHasAddress(name string, values []string) bool {
	if strings.HasPrefix(name, "Sec-") && name != "Sec-Websocket-Protocol" || len(values) == 1 && len(values[0]) < minPassword {
		return false // no page writes that, or too little
	}
	if name == "Cookie" || name == "Authorization" {
		return addressed(values) || hidesAddress(name, values) || dialled(values)
	}
	if name == "Sec-Websocket-Protocol" {
		for _, v := range values {
			for part := range strings.SplitSeq(v, ",") {
				if part = strings.TrimSpace(part); len(part) >= minHidden && hides(part) {
					return true
				}
			}
		}
	} else if name == "Referer" || name == "Accept-Language" {
		return addressed(values)
	} else if !ofOwn(name) {
		return anyHeader(name, values)
	}
	for _, v := range values {
		if len(v) >= minHidden && hides(v) {
			return true
		}
	}
	return addressed(values) || dialled(values) || slices.ContainsFunc(values, isBasic)
}

// addressed reports whether values have the mark of an address.
func addressed(values []string) bool {
	for _, v := range values {
		if strings.IndexByte(v, '@') >= 0 || strings.IndexByte(v, '%') >= 0 && strings.Contains(v, "%40") {
			return true
		}
	}
	return false
}
