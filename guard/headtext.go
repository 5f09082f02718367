package guard

import (
	"slices"
	"strings"
)

// methods are those in IANA's list that are long enough to be a password. A script
// gives fetch any other word for one.
var methods = wordSet(`DELETE OPTIONS CONNECT SEARCH REPORT PROPFIND PROPPATCH UNLOCK REBIND UNBIND UPDATE UNLINK CHECKIN
	CHECKOUT UNCHECKOUT MKACTIVITY MKCALENDAR MKREDIRECTREF MKWORKSPACE ORDERPATCH UPDATEREDIRECTREF VERSION-CONTROL
	BASELINE-CONTROL NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH`)

// usual are the words that browsers and libraries write into the headers that scripts
// may set as well. What is missing here costs a comparison an hour.
var usual = wordSet(`application multipart message xhtml+xml signed-exchange svg+xml octet-stream x-www-form-urlencoded
	form-data javascript ecmascript x-javascript ld+json problem+json manifest+json event-stream charset boundary profile
	Mozilla Windows Macintosh X11 Linux AppleWebKit Chrome Safari Firefox Gecko KHTML Version Mobile compatible iPhone
	Android no-cache max-age no-store must-revalidate keep-alive vnd.api+json json+protobuf grpc-web-text grpc-web+proto
	grpc-web connect+json x-protobuf x-component shift_jis iso-8859-1 euc-jp iso-2022-jp only-if-cached XMLHttpRequest
	connect+proto text image audio video font model heic-sequence x86_64 identity`)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// startLine takes for candidates what a script can write into a request's method and
// a page into the name of a host.
func (r *reader) startLine(h Head) {
	if len(h.Method) >= minPassword && !methods[h.Method] {
		r.own(h.Method)
	}
	labels := strings.Split(h.Host.String(), ".")
	for _, label := range labels[:max(0, len(labels)-2)] {
		if inner := labelText(make([]byte, 0, 64), label); inner != nil {
			r.own(string(inner))
		} else if len(label) >= minPassword && likelihood([]byte(label)) <= likeTyped {
			r.own(label)
		}
	}
}

// labelText writes to dst, which has room for 64 bytes, the text that a label of a
// host's name is hexadecimal or base32 of; nil if it is none. Names are
// without case, which base64 does not survive.
func labelText(dst []byte, label string) []byte {
	var buf [64]byte
	b := buf[:copy(buf[:], label)]
	if len(b) < 2*minPassword-2 {
		return nil
	}
	if out := unhexed(dst[:0], b); out != nil && len(b)%2 == 0 && len(out) >= minPassword && textual(out) {
		return out
	} else if out := decode32(dst[:0], b); len(out) >= minPassword && textual(out) {
		return out
	}
	return nil
}

// headText reads the parts of a header that browsers write, and a script may set
// all the same.
func (r *reader) headText(name, line string) {
	parts := strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t,;:()\"", c) })
	for _, part := range parts {
		i := strings.IndexAny(part, "/=")
		switch {
		case i < 0:
			r.headPart(part)
		case name == "User-Agent" && (i+1 == len(part) || isDigit(part[i+1])): // Chrome/131.0.0.0
			r.headPart(part[:i])
		default: // text/html, q=0.1
			if first := part[:i]; i > 2 && !usual[first] {
				r.headPart(part)
			}
			r.headPart(part[:i])
			r.headPart(part[i+1:])
		}
	}
}

func (r *reader) headPart(part string) {
	if len(part) < minPassword || usual[part] || strings.HasPrefix(part, "----") && !strings.ContainsAny(part, "!#$%&*?@") {
		return // too short, or the boundary of a form
	}
	// Programs number requests, and versions of what they have, at random.
	if b := []byte(part); looksOpaque(b) || !machineMade(b) && !random(b) && !random(append(b, '0')) {
		r.own(part)
	}
}

// reserved reports whether a header is one that no script can set (Fetch, section
// 2.2.2, forbidden request-header), or is read elsewhere.
func reserved(name string) bool {
	switch name {
	case "Accept-Charset", "Accept-Encoding", "Connection", "Content-Length", "Cookie", "Cookie2", "Date", "Dnt", "Expect",
		"Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
		"Accept-Language", "Authorization", "Last-Event-Id", "If-Modified-Since", "If-Unmodified-Since":
		return true
	}
	return strings.HasPrefix(name, "Sec-") || strings.HasPrefix(name, "Proxy-") || strings.HasPrefix(name, "Access-Control-")
}

// cached reports whether a header tells of a response that the browser has: another
// one for each picture of a page.
func cached(name string) bool {
	return strings.HasPrefix(name, "If-") || name == "Range"
}

// invented reports whether a header's name says nothing to a server that did not make
// it up, so that it may be a message itself.
func invented(name string) bool {
	return len(name) >= minPassword && !reserved(name) && !common[name]
}

// common are the headers that browsers and libraries set.
var common = wordSet(`Accept Cache-Control Content-Type Content-Encoding Content-Language Content-Disposition User-Agent
	Pragma Priority Upgrade-Insecure-Requests If-None-Match If-Match If-Range Range Save-Data Device-Memory Downlink Ect Rtt
	Viewport-Width Width Purpose Service-Worker Ping-From Ping-To X-Requested-With X-Request-Id X-Correlation-Id
	X-Csrf-Token X-Xsrf-Token X-Csrftoken X-Client-Data X-Forwarded-For X-Http-Method-Override X-Http-Method
	X-Method-Override Depth Destination Overwrite Content-Md5 Idempotency-Key Traceparent Tracestate Baggage Sentry-Trace
	X-Api-Key X-Auth-Token X-Nextjs-Data Next-Action Next-Router-State-Tree Next-Url Hx-Request Hx-Target
	Hx-Current-Url Turbo-Frame X-Inertia X-Inertia-Version Grpc-Timeout Grpc-Encoding X-Grpc-Web X-User-Agent
	Connect-Protocol-Version Connect-Timeout-Ms X-Wp-Nonce X-Shopify-Access-Token`)

// hiddenAddress reports whether line is base64 or hexadecimal of text with an address in
// it, as a whole or behind a =, as in a pair of a cookie.
func hiddenAddress(line string) bool {
	for ok := true; ok && len(line) >= minHidden; _, line, ok = strings.Cut(line, "=") {
		if codedAddress(line) {
			return true
		}
	}
	return false
}

// codedAddress is hiddenAddress for line as a whole.
func codedAddress(line string) bool {
	line = strings.Trim(line, " \"")
	if len(line) < minHidden {
		return false
	}
	var buf [256]byte
	b := buf[:copy(buf[:], line)]
	var room [12]byte
	if head := decode64(room[:0], b[:16]); len(head) < 12 || !textual(head) {
		if head = unhexed(room[:0], b[:16]); len(head) < 8 || !textual(head) {
			return false
		}
	}
	return holdsAddress(unescapedEnd(b))
}

// unescapedEnd cuts the padding off b, in escapes too.
func unescapedEnd(b []byte) []byte {
	for i, c := range b {
		if c == '%' || c == '=' {
			return b[:i]
		}
	}
	return b
}

// hidesAddress reports whether one of the pairs of a cookie, or what an Authorization
// has behind its scheme, hides an address. It does not allocate.
func hidesAddress(name string, values []string) bool {
	mark := byte(';')
	if name == "Authorization" {
		mark = ' '
	}
	for _, line := range values {
		for len(line) >= minHidden {
			part, rest := line, ""
			if i := strings.IndexByte(line, mark); i >= 0 {
				part, rest = line[:i], line[i+1:]
			}
			if hiddenAddress(part) {
				return true
			}
			line = rest
		}
	}
	return false
}

// strange reports whether the start line has what only a script writes there, with an
// address in it or whatever it is.
func strange(h Head) bool {
	if len(h.Method) >= minPassword && !methods[h.Method] {
		return true
	}
	name := h.Host.String()
	if len(name) < minHidden {
		return false
	}
	for i := strings.IndexByte(name, '.'); i > 0; i = strings.IndexByte(name, '.') {
		var room [64]byte
		if i >= minHidden && strings.IndexByte(string(labelText(room[:0], name[:i])), '@') > 0 {
			return true
		}
		name = name[i+1:]
	}
	return false
}

// anyHeader reports whether values have an address in a header that scripts may set.
func anyHeader(name string, values []string) bool {
	if reserved(name) || name == "User-Agent" && len(values) == 1 && strings.HasPrefix(values[0], "Mozilla/5.0 ") && strings.IndexByte(values[0], '@') < 0 {
		return false
	}
	if addressed(values) || slices.ContainsFunc(values, isBasic) {
		return true
	}
	if name != "Accept" && name != "If-None-Match" && name != "Content-Type" {
		return false
	}
	for _, line := range values {
		for len(line) >= minHidden {
			i := strings.IndexAny(line, ",;/=\" ")
			if i < 0 {
				i = len(line)
			}
			if i >= minHidden && hiddenAddress(line[:i]) {
				return true
			}
			line = line[min(len(line), i+1):]
		}
	}
	return false
}
