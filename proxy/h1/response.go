package h1

import "bytes"

// Framing says how the end of a response's body is found (RFC 9112, section
// 6.3).
type Framing uint8

// The framings of a plain response.
const (
	// NoBody is for answers to HEAD, and for 204 and 304.
	NoBody Framing = iota
	// Length has as many bytes as Response.Length says.
	Length
	// Chunked ends with its last chunk and trailers.
	Chunked
	// UntilClose ends when the origin closes its connection.
	UntilClose
)

// Response is what a plain response head says.
type Response struct {
	Status  int
	Framing Framing
	Length  int64
	// Close says that the origin's connection carries no further request.
	Close bool
	// SetsCookie says that it has a Set-Cookie field.
	SetsCookie bool
}

var (
	version1X = []byte("HTTP/1.")
	close11   = []byte("Connection: close\r\n")
	chunked11 = []byte("Transfer-Encoding: chunked\r\n")
)

// AppendResponse reads a response head and appends to dst what goes to the
// client. toHead says that the request was a HEAD, closing that the client's
// connection ends with this response, which is also added to the head when the
// framing demands it. It reports false, and an unchanged dst, when head is not
// plain; then nothing may be concluded from it.
func AppendResponse(dst, head []byte, toHead, closing bool) ([]byte, Response, bool) {
	var r reading
	line, rest, ok := nextLine(head)
	if !ok || !r.readStatus(line) {
		return dst, Response{}, false
	}
	out := append(append(dst, "HTTP/1.1"...), line[len("HTTP/1.1"):]...)
	out = append(out, '\r', '\n')
	for n := 0; ; n++ {
		line, rest, ok = nextLine(rest)
		if !ok || n > maxLines {
			return dst, Response{}, false
		}
		if len(line) == 0 {
			break
		}
		keep, ok := r.readField(line)
		if !ok {
			return dst, Response{}, false
		}
		if keep {
			out = append(append(out, line...), '\r', '\n')
		}
	}
	if len(rest) != 0 || !r.frame(toHead) {
		return dst, Response{}, false
	}
	if r.chunked {
		out = append(out, chunked11...)
	}
	if (closing || r.Framing == UntilClose) && r.Status >= 200 {
		out = append(out, close11...)
	}
	return append(out, '\r', '\n'), r.Response, true
}

// reading is a response head on its way through the lines.
type reading struct {
	Response
	chunked, sized, minor0 bool
}

// readStatus reads "HTTP/1.x NNN" with or without a reason. A switch of
// protocols is not plain.
func (r *reading) readStatus(line []byte) bool {
	if len(line) < 12 || !bytes.HasPrefix(line, version1X) || line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return false
	}
	switch line[7] {
	case '0':
		r.minor0, r.Close = true, true
	case '1':
	default:
		return false
	}
	for _, c := range line[9:12] {
		if c < '0' || c > '9' {
			return false
		}
		r.Status = r.Status*10 + int(c-'0')
	}
	for _, c := range line[12:] {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return r.Status >= 100 && r.Status < 600 && r.Status != 101
}

// ours begins the headers that say what sekisho itself did. An origin's are
// left out.
const ours = "sekisho-"

// readField reports whether a header line goes on to the client, and whether
// it is plain.
func (r *reading) readField(line []byte) (keep, ok bool) {
	name, value, ok := splitField(line)
	if !ok {
		return false, false
	}
	switch name[0] | 0x20 {
	case 'c':
		switch {
		case EqualFold(name, "content-length"):
			again := r.sized
			r.sized = true
			// Behind an interim answer nothing follows (RFC 9110, section 8.6).
			return r.Status >= 200, !again && r.readLength(value)
		case EqualFold(name, "connection"):
			closes, ok := options(value)
			r.Close = r.Close || closes
			return false, ok
		}
	case 't':
		switch {
		case EqualFold(name, "transfer-encoding"):
			again := r.chunked
			r.chunked = true
			return false, !again && EqualFold(value, "chunked")
		case EqualFold(name, "te"):
			return false, true
		case EqualFold(name, "trailer"):
			return true, trailerNames(value)
		}
	case 'k':
		return !EqualFold(name, "keep-alive"), true
	case 'u':
		return !EqualFold(name, "upgrade"), true
	case 's':
		r.SetsCookie = r.SetsCookie || EqualFold(name, "set-cookie")
		return !HasPrefixFold(name, ours), true
	case 'p':
		return !EqualFold(name, "proxy-connection") && !EqualFold(name, "proxy-authenticate"), true
	}
	return true, true
}

// maxLengthDigits keeps a length within an int64.
const maxLengthDigits = 18

func (r *reading) readLength(value []byte) bool {
	if len(value) == 0 || len(value) > maxLengthDigits {
		return false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
		r.Length = r.Length*10 + int64(c-'0')
	}
	return true
}

// frame decides where the body ends, and refuses a head with two answers.
func (r *reading) frame(toHead bool) bool {
	bodiless := r.Status < 200 || r.Status == 204 || r.Status == 304
	if r.Status == 205 && (!r.sized || r.Length > 0) {
		return false // has no content, but may be framed as if it had
	}
	if r.chunked && (r.sized || r.minor0 || bodiless) {
		return false
	}
	switch {
	case toHead, bodiless:
		r.Framing = NoBody
	case r.chunked:
		r.Framing = Chunked
	case r.sized:
		r.Framing = Length
	default:
		r.Framing, r.Close = UntilClose, true
	}
	return true
}
