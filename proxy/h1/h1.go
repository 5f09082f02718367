// Package h1 reads the heads of HTTP/1.1 messages that are plain, finds the ends of
// their bodies, and writes what goes on to the other side, without allocating.
//
// Plain is a subset that leaves nothing to interpretation: a GET or HEAD
// without a body, one Host, tokens and visible characters where the grammar
// wants them, CRLF line ends, and one way to find the end of the response.
// Whatever is not plain is not an error here: the caller gives it, byte for
// byte, to a full HTTP server or client. So a message is either understood
// completely or not touched, and two readers of one message cannot disagree
// because of this package.
//
// Header lines that go on are copied as they are, in order and case. Those
// that belong to one connection (RFC 9110, section 7.6.1) are left out.
package h1

import "bytes"

const (
	// MaxHead is the longest head that is read here. Longer ones, up to the
	// server's own limit, are not plain.
	MaxHead = 12 << 10
	// maxLines bounds the header lines of a plain head.
	maxLines = 128
)

var crlf2 = []byte("\r\n\r\n")

// End returns the length of the head at the start of buf, with the empty line
// that ends it; 0 when that has not arrived yet; and -1 when the head is not
// plain, since a line of it ends in a bare line feed, and its end may be one
// that End does not see. The bytes before from were looked at before.
func End(buf []byte, from int) int {
	from = max(0, from-len(crlf2)+1)
	if i := bytes.Index(buf[from:], crlf2); i >= 0 {
		return from + i + len(crlf2)
	}
	for i := from; ; i++ {
		n := bytes.IndexByte(buf[i:], '\n')
		if n < 0 {
			return 0
		}
		if i += n; i == 0 || buf[i-1] != '\r' {
			return -1
		}
	}
}

// nextLine cuts one line off head, without its CRLF. A line that ends in
// anything else is not plain.
func nextLine(head []byte) (line, rest []byte, ok bool) {
	i := bytes.IndexByte(head, '\n')
	if i < 1 || head[i-1] != '\r' {
		return nil, nil, false
	}
	return head[:i-1], head[i+1:], true
}

// splitField cuts a header line into name and value, by RFC 9112, section 5:
// a token, a colon right behind it, and a value without controls. Leading and
// trailing blanks of the value are cut off.
func splitField(line []byte) (name, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i < 1 {
		return nil, nil, false
	}
	name, value = line[:i], line[i+1:]
	for _, c := range name {
		if !token[c] {
			return nil, nil, false
		}
	}
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			return nil, nil, false
		}
	}
	return name, trim(value), true
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// token is the set of characters of RFC 9110, section 5.6.2.
var token = func() (t [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		t[c] = true
	}
	return t
}()

// trailerNames reports whether value, of a Trailer header, is a list of tokens
// none of which would frame the message (RFC 9110, section 6.5.1).
func trailerNames(value []byte) bool {
	for len(value) > 0 {
		item := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			item, value = value[:i], value[i+1:]
		} else {
			value = nil
		}
		item = trim(item)
		if len(item) == 0 || EqualFold(item, "content-length") || EqualFold(item, "transfer-encoding") || EqualFold(item, "trailer") || HasPrefixFold(item, ours) {
			return false
		}
		for _, c := range item {
			if !token[c] {
				return false
			}
		}
	}
	return true
}

// options reads the list of a Connection header. Options that name headers to
// be removed are rare, and not plain.
func options(value []byte) (closes, ok bool) {
	for len(value) > 0 {
		item := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			item, value = value[:i], value[i+1:]
		} else {
			value = nil
		}
		switch item = trim(item); {
		case len(item) == 0, EqualFold(item, "keep-alive"):
		case EqualFold(item, "close"):
			closes = true
		default:
			return false, false
		}
	}
	return closes, true
}
