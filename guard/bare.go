package guard

import "strings"

// Bare reports whether the request carries no body and nothing in its target
// or header could be a credential, so that [Inspect] would find nothing. It
// does not allocate. It goes by the method and the header; a caller who knows
// of a body nevertheless does not ask.
func Bare(h Head) bool {
	switch h.Method {
	case "", "GET", "HEAD", "OPTIONS", "TRACE":
	default:
		return false
	}
	if strange(h) {
		return false
	}
	path, query, _ := strings.Cut(h.Target, "?")
	// Six bytes: k= and a four-digit code.
	if len(query) >= 6 || strings.IndexByte(path, ';') >= 0 || strings.IndexByte(path, '#') >= 0 || pathCarries(path) {
		return false
	}
	for name, values := range h.Header {
		switch name {
		case "Content-Length":
			if len(values) == 0 || values[0] != "0" {
				return false
			}
		case "Transfer-Encoding", "Content-Encoding", "Content-Type",
			"X-Http-Method-Override", "X-Http-Method", "X-Method-Override":
			return false
		case "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Accept-Encoding": // in nearly every request, and set by no script
		case "User-Agent":
			if addressed(values) {
				return false
			}
		case "Authorization":
			for _, v := range values {
				if isBasic(v) {
					return false
				}
			}
			if fieldHasAddress(name, values) {
				return false
			}
		case "Cookie":
			if fieldHasAddress(name, values) {
				return false
			}
		default:
			if ownHeader(name) || fieldHasAddress(name, values) {
				return false
			}
		}
	}
	return true
}
