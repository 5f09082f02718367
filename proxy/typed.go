package proxy

import (
	"strings"

	"sekisho/hostname"
)

// typedInto reports whether a request to v's target may carry what was typed into the page
// that makes it, and of which host that page is; the zero Name if it does not say. site is
// what get returns for "sec-fetch-site".
func typedInto(v *visit, body bool, target, site string, get func(string) string) (from hostname.Name, typed bool) {
	if site == "none" || !body && wordless(target, site, get) {
		return from, false
	}
	if site == "same-origin" && !body {
		return v.target.name, true
	}
	from = pageBy(func(name string) string { return strings.Clone(get(name)) }, v).Document
	switch {
	case !from.IsZero():
	case opensPage(site, get):
		return from, false // a link in a mail, above all: nothing was typed to get here
	case site == "":
		from = v.target.name // over plain http, or a program's, of which there are many
	}
	return from, true
}

// opensPage reports whether a request whose page is not known opens one in a tab: over
// plain http no browser says so.
func opensPage(site string, get func(string) string) bool {
	if get("sec-fetch-mode") == "navigate" {
		return get("sec-fetch-dest") == "document"
	}
	return site == "" && strings.Contains(get("accept"), "text/html")
}

// wordless reports whether a request without a body has no place for what was typed into
// the page that makes it: what a page's markup brings, or a link of its own site opens,
// by names in lower-case letters alone. A script can write into the path as well as into
// the query, a cookie, a field or the address that a page has; names of hosts count too.
func wordless(target, site string, get func(string) string) bool {
	if get("access-control-request-method") != "" && get("origin") != "" {
		return wordlessAsking(target, get)
	}
	switch get("sec-fetch-dest") {
	case "", "empty":
		return false // a script's own, which may set fields, or not known
	}
	return site == "same-origin" && get("cookie") == "" && lowerCase(target) && lowerCase(addressOf(get))
}

// wordlessAsking is wordless for a browser that asks another origin whether a script's
// request may come (a CORS preflight: no script can set its fields). It has the method of that
// request, its address and the names of its fields, and a page may ask without sending.
func wordlessAsking(target string, get func(string) string) bool {
	switch get("access-control-request-method") {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE":
	default:
		return false // of the page's own making
	}
	fields := strings.ReplaceAll(get("access-control-request-headers"), ",", "-")
	return spelledPlainly(target) && lowerCase(fields) && lowerCase(addressOf(get)) && get("cookie") == ""
}

// spelledPlainly reports whether target is nothing but a path of words and versions, as those
// of interfaces are: /v1/auth/signIn.
func spelledPlainly(target string) bool {
	for word := range strings.SplitSeq(strings.TrimPrefix(target, "/"), "/") {
		if n, isVersion := strings.CutPrefix(word, "v"); isVersion && len(n) == 1 && n[0] >= '0' && n[0] <= '9' {
			continue
		}
		if !lowerCase(strings.ToLower(word)) {
			return false
		}
	}
	return true
}

// addressOf is the address of the page that makes a request, without the host and the
// slash behind it; "" if it does not say.
func addressOf(get func(string) string) string {
	_, rest, _ := strings.Cut(get("referer"), "://")
	_, address, _ := strings.Cut(rest, "/")
	return address
}

// maxWord has room for the longest words in names of files; what is longer may be letters
// that a page made of something else.
const maxWord = 24

// lowerCase reports whether s is words in lower-case letters and what stands between them
// in the names of files.
func lowerCase(s string) bool {
	word := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			if word++; word > maxWord {
				return false
			}
		case c == '/' || c == '.' || c == '-' || c == '_':
			word = 0
		default:
			return false
		}
	}
	return true
}

// beyondWords reports whether s has more lower-case letters on end than any word.
func beyondWords(s string) bool {
	word := 0
	for i := range len(s) {
		if word++; s[i] < 'a' || s[i] > 'z' {
			word = 0
		}
		if word > maxWord {
			return true
		}
	}
	return false
}

// ordinary reports whether a request by a page of from says nothing of what was typed,
// although it has a room for words: it is such as every visit has, or a script's when the
// visit has just begun. Nobody has typed an ID and a password by then, and password managers
// fill in nothing where nothing was saved. It is the visit that counts, not the page: what
// was typed into one can be sent by the next as it opens. What a form sends counts: an ID is
// pasted quickly. body is the length of the request's; negative where it may still be
// written, as into a stream or a WebSocket.
func (h *handed) ordinary(v *visit, from hostname.Name, body int64, target, site string, get func(string) string) bool {
	if mode := get("sec-fetch-mode"); body >= 0 && mode != "" && mode != "navigate" && h.beginning(v.client, from) {
		return true
	}
	return body == 0 && h.everyday(v, from, target, site, get)
}

// everyday reports whether a request without a body, by a page of from, is such as any
// visit has, with a room for words that nobody used: what a page that its client opened
// just now is made of, a link within its site, or a program's for what somebody named to it.
func (h *handed) everyday(v *visit, from hostname.Name, target, site string, get func(string) string) bool {
	_, query, _ := strings.Cut(target, "?")
	switch dest := get("sec-fetch-dest"); dest {
	case "script", "style", "font", "manifest", "audio", "video", "track", "image":
		if dest == "image" && len(query) > maxPictureQuery || beyondWords(target) {
			return false
		}
	case "document":
		// There is hardly a site without a cookie. What the page's address had when it
		// was opened was looked at then.
		address := addressOf(get)
		return site == "same-origin" && lowerCase(target) && (lowerCase(address) || h.openedAt(v.client, from, address))
	case "":
		if site != "" || query != "" {
			return false
		}
		if named(target, get) {
			return true
		}
	default:
		return false // a script's own
	}
	return h.loading(v.client, from)
}

// named reports whether a request of which no browser says whose it is asks for what
// somebody named to a program, by nothing but a path.
func named(target string, get func(string) string) bool {
	return !strings.Contains(target, "?") && get("cookie") == "" && get("referer") == "" && get("origin") == "" && get("sec-fetch-dest") == ""
}

// maxPictureQuery has room for a version and a size, as pictures have them.
const maxPictureQuery = 32
