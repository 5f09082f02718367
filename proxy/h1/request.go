package h1

import "bytes"

// Request is what a plain request asks.
type Request struct {
	// Host is the value of the Host header, as it was sent. It shares memory
	// with the head.
	Host []byte
	// Head says that the method is HEAD, and the answer has no body.
	Head bool
	// Close says that the client wants no further request on its connection.
	Close bool
}

var (
	methodGet  = []byte("GET ")
	methodHead = []byte("HEAD ")
	version11  = []byte(" HTTP/1.1")
)

// AppendRequest reads the request head and appends to dst what goes to the
// origin. It reports false, and an unchanged dst, when head is not plain. head
// is what [End] measured.
func AppendRequest(dst, head []byte) ([]byte, Request, bool) {
	var r Request
	line, rest, ok := nextLine(head)
	if !ok || !r.readLine(line) {
		return dst, Request{}, false
	}
	out := append(append(dst, line...), '\r', '\n')
	for n := 0; ; n++ {
		line, rest, ok = nextLine(rest)
		if !ok || n > maxLines {
			return dst, Request{}, false
		}
		if len(line) == 0 {
			break
		}
		keep, ok := r.readField(line)
		if !ok {
			return dst, Request{}, false
		}
		if keep {
			out = append(append(out, line...), '\r', '\n')
		}
	}
	if r.Host == nil || len(rest) != 0 {
		return dst, Request{}, false
	}
	return append(out, '\r', '\n'), r, true
}

// readLine reads a request line in origin form (RFC 9112, section 3.2.1).
func (r *Request) readLine(line []byte) bool {
	switch {
	case bytes.HasPrefix(line, methodGet):
		line = line[len(methodGet):]
	case bytes.HasPrefix(line, methodHead):
		r.Head = true
		line = line[len(methodHead):]
	default:
		return false
	}
	target, ok := bytes.CutSuffix(line, version11)
	if !ok || len(target) == 0 || target[0] != '/' {
		return false
	}
	for _, c := range target {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return false
		}
	}
	return true
}

// startsWith reports whether b begins with s, which is in lower case, in any
// case.

// readField reports whether a header line goes on to the origin, and whether
// it is plain.
func (r *Request) readField(line []byte) (keep, ok bool) {
	name, value, ok := splitField(line)
	if !ok {
		return false, false
	}
	switch name[0] | 0x20 {
	case 'a':
		// NTLM and Negotiate sign in the connection, which is then nobody
		// else's.
		return true, !EqualFold(name, "authorization") || !HasPrefixFold(value, "ntlm") && !HasPrefixFold(value, "negotiate")
	case 'h':
		if EqualFold(name, "host") {
			again := r.Host != nil
			r.Host = value
			return true, !again && len(value) > 0
		}
		return true, !EqualFold(name, "http2-settings")
	case 'c':
		if EqualFold(name, "connection") {
			closes, ok := options(value)
			r.Close = r.Close || closes
			return false, ok
		}
		return true, !EqualFold(name, "content-length")
	case 't':
		return true, !EqualFold(name, "transfer-encoding") && !EqualFold(name, "te") && !EqualFold(name, "trailer")
	case 'e':
		return true, !EqualFold(name, "expect")
	case 'u':
		return true, !EqualFold(name, "upgrade")
	case 'k':
		return !EqualFold(name, "keep-alive"), true
	case 'p':
		return !EqualFold(name, "proxy-connection") && !EqualFold(name, "proxy-authorization"), true
	}
	return true, true
}
