// Package escapes lets net/http read a request whose path has a "%" that begins no escape
// (RFC 3986, section 2.1). Pages have such links ("/100%"), browsers send them as they
// stand and servers take them, but [net/url] does not. So a sign that it takes stands for
// "%" on the way to net/http's server, and [Restore] puts the target back before anybody
// looks at it.
//
// The sign is "#", which no request target has: one that comes with it is refused.
package escapes

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"
)

const (
	sign = "#"
	// refused is what no handler takes in a target.
	refused = " "
)

// Hide returns a request target of HTTP/2 as net/http is to read it. A target with a
// fragment becomes one that is refused.
func Hide(target string) string {
	begin, end := pathOf(target)
	path := target[begin:end]
	if strings.Contains(path, sign) {
		return target[:begin] + strings.ReplaceAll(path, sign, refused) + target[end:]
	}
	if whole(path) {
		return target
	}
	return target[:begin] + strings.ReplaceAll(path, "%", sign) + target[end:]
}

// Restore gives r the target that was asked for, to the byte. What [net/url] cannot read
// of it is in r.URL as if it had been escaped; who passes r on takes r.RequestURI.
func Restore(r *http.Request) {
	begin, end := pathOf(r.RequestURI)
	path := r.RequestURI[begin:end]
	if !strings.Contains(path, sign) {
		return
	}
	before, after := r.RequestURI[:begin], r.RequestURI[end:]
	path = strings.ReplaceAll(path, sign, "%")
	r.RequestURI = before + path + after
	u, err := url.ParseRequestURI(r.RequestURI)
	if err != nil {
		u, err = url.ParseRequestURI(before + escaped(path) + after)
	}
	if err == nil {
		r.URL = u
	}
}

// ReadRequest reads the request of HTTP/1 that b begins with. The target has no fragment.
func ReadRequest(b []byte) (*http.Request, error) {
	b = bytes.Clone(b)
	line, _, _ := bytes.Cut(b, []byte("\n"))
	new(Line).Hide(line)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
	if err == nil {
		Restore(r)
	}
	return r, err
}

// pathOf is where the path of a request target begins and ends: in origin form, or
// behind the authority of a URL (RFC 9112, section 3.2). [Line] sees the same.
func pathOf(target string) (begin, end int) {
	var l Line
	l.at = atTarget
	for i := range len(target) {
		was := l.at
		l.step(target[i])
		switch {
		case l.at == atPath && was != atPath:
			begin, end = i, i+1
		case l.at == atPath:
			end = i + 1
		}
	}
	return begin, end
}

// whole reports whether each "%" of path begins an escape.
func whole(path string) bool {
	for {
		i := strings.IndexByte(path, '%')
		if i < 0 {
			return true
		}
		if path = path[i+1:]; !escapes(path) {
			return false
		}
	}
}

// escaped is path with an escape for each "%" that begins none.
func escaped(path string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(path, '%')
		if i < 0 {
			return b.String() + path
		}
		b.WriteString(path[:i+1])
		if path = path[i+1:]; !escapes(path) {
			b.WriteString("25")
		}
	}
}

// escapes reports whether s goes on as what stands behind the "%" of an escape.
func escapes(s string) bool { return len(s) >= 2 && hex(s[0]) && hex(s[1]) }

func hex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
