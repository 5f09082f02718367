package imitation

import (
	"math/bits"
	"net/http"
	"strings"

	"sekisho/hostname"
)

// judgeHead reads what comes before the body: cookies, redirects and headers
// that only Amazon's own servers send, and the path.
func judgeHead(r Response, found *set) {
	judgeTarget(r.Target, found)
	for _, c := range r.Header["Set-Cookie"] {
		name, _, _ := strings.Cut(c, "=")
		byCookie.in([]byte(strings.TrimSpace(name)), found)
	}
	for _, l := range headers {
		name, part, _ := strings.Cut(l.pattern, ":")
		for _, v := range r.Header[name] {
			if strings.Contains(v, part) {
				found.add(l.sign)
			}
		}
	}
	if to := r.Header.Get("Location"); to != "" && toItself(to, r.Host) {
		locationParts.in([]byte(to), found)
	}
}

var byCookie = wholes("cookie")

// headers has the names as net/http spells them.
var headers = func() (rows []line) {
	for _, l := range usedIn("header") {
		name, part, _ := strings.Cut(l.pattern, ":")
		l.pattern = http.CanonicalHeaderKey(name) + ":" + part
		rows = append(rows, l)
	}
	return rows
}()

// toItself reports whether a redirect stays on the host. Shops that offer to
// log in with Amazon send people to Amazon's own sign-in, in just these words.
func toItself(location string, host hostname.Name) bool {
	rest, absolute := strings.CutPrefix(location, "//")
	if !absolute {
		scheme, after, ok := strings.Cut(location, "://")
		if !ok || strings.ContainsAny(scheme, "/?#") {
			return true // a path
		}
		rest = after
	}
	if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
		rest = rest[:end]
	}
	to, _, err := hostname.ParseAuthority(rest)
	return err == nil && to.String() == host.String()
}

var (
	auiCluster = known("aui-cluster")
	relayClass = func() (s set) {
		for i := range signs {
			if signs[i].class == "redirect" || signs[i].class == "relay" && signs[i].weight >= 40 {
				s.add(i)
			}
		}
		return s
	}()
)

// relay reports whether there is a sign of a site that passes Amazon's own
// pages through.
func (s *set) relay() bool {
	for i := range s {
		if s[i]&relayClass[i] != 0 {
			return true
		}
	}
	return false
}

func count(b uint64) int { return bits.OnesCount64(b) }
