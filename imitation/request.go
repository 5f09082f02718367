package imitation

import (
	"encoding/base64"
	"net/http"
	"strings"

	"sekisho/hostname"
)

// maxTarget is how much of a path and query is judged.
const maxTarget = 2 << 10

// Request returns the names of signs in a request. target is path and query.
// For nearly all requests it returns nil and allocates nothing. host is the
// site that is asked; it is not Amazon's.
func Request(host hostname.Name, target string, h http.Header) []string {
	var s set
	judgeTarget(target, &s)
	for _, c := range h["Cookie"] {
		judgeCookies(c, &s)
	}
	if s == (set{}) {
		return nil
	}
	return s.names()
}

// judgeCookies looks for names of cookies that Amazon sets. A browser sends
// them to a site that set them: one that passes Amazon's answers through.
func judgeCookies(c string, s *set) {
	for len(c) > 0 {
		pair, rest, _ := strings.Cut(c, ";")
		name, _, _ := strings.Cut(strings.TrimLeft(pair, " "), "=")
		if len(name) > 0 && len(name) <= maxTagName {
			var room [maxTagName]byte
			byCookie.in(append(room[:0], name...), s)
		}
		c = rest
	}
}

// judgeTarget looks at the path and query.
func judgeTarget(target string, s *set) {
	var room [maxTarget]byte
	t := append(room[:0], target[:min(len(target), maxTarget)]...)
	t = unquote(t)
	path, query := t, []byte(nil)
	for i, b := range t {
		if b == '?' {
			path, query = t[:i], t[i+1:]
			break
		}
	}
	pathParts.in(path, s)
	queryParts.in(query, s)
	segment := path
	for i, b := range path {
		if b == '/' {
			segment = path[i+1:]
			judgeSegment(path[i+1:], s)
		}
	}
	if vowels(segment) {
		s.add(kitRandom)
	}
}

var kitRandom, kitAddress = known("kit-random"), known("kit-address")

// judgeSegment looks at what begins a segment of a path: kits put the address
// of the one they wrote to there, in base64.
func judgeSegment(p []byte, s *set) {
	end := 0
	for end < len(p) && p[end] != '/' {
		end++
	}
	// An address of eight characters has eleven in base64.
	if p = p[:end]; len(p) < 11 || len(p) > 96 {
		return
	}
	for len(p) > 0 && p[len(p)-1] == '=' {
		p = p[:len(p)-1]
	}
	var out [96]byte
	n, err := base64.RawURLEncoding.Decode(out[:], p)
	if err != nil {
		if n, err = base64.RawStdEncoding.Decode(out[:], p); err != nil {
			return
		}
	}
	at, dot := 0, 0
	for i, b := range out[:n] {
		switch {
		case b == '@':
			if at > 0 {
				return
			}
			at = i
		case b == '.' && at > 0:
			dot = i
		case b <= ' ' || b >= 0x7f || b == '"' || b == '<' || b == '{':
			return
		}
	}
	if at > 0 && dot > at+1 && dot < n-2 {
		s.add(kitAddress)
	}
}

// vowels reports whether p is a name like those a generation of kits gave its
// pages: vowels and digits, both, then ".php".
func vowels(p []byte) bool {
	const end = ".php"
	if len(p) < 7+len(end) || len(p) > 20+len(end) || string(p[len(p)-len(end):]) != end {
		return false
	}
	digit, letter := false, false
	for _, b := range p[:len(p)-len(end)] {
		switch {
		case b >= '0' && b <= '9':
			digit = true
		case strings.IndexByte("aeiouAEIOU", b) >= 0:
			letter = true
		default:
			return false
		}
	}
	return digit && letter
}

// unquote undoes percent-encoding in place, once.
func unquote(p []byte) []byte {
	out := p[:0]
	for i := 0; i < len(p); i++ {
		b := p[i]
		if b == '%' && i+2 < len(p) && hex(p[i+1]) >= 0 && hex(p[i+2]) >= 0 {
			b = byte(hex(p[i+1])<<4 | hex(p[i+2]))
			i += 2
		}
		out = append(out, b)
	}
	return out
}

func hex(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}
