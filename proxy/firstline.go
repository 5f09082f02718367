package proxy

import (
	"bytes"
	"crypto/tls"
	"time"
)

// maxFirstLine is how long the first line of a client that named no protocol may be.
// Those of mail, chat and SSH are shorter (RFC 5321, section 4.5.3.1.4; RFC 2812,
// section 2.3; RFC 4253, section 4.2).
const maxFirstLine = 512

// methods are those of the IANA registry of HTTP, with PRI, and of what is spoken in
// its form (RFC 2326, RFC 3261, UPnP).
var methods = map[string]bool{}

func init() {
	for _, m := range []string{
		"ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LABEL",
		"LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "OPTIONS",
		"ORDERPATCH", "PATCH", "POST", "PRI", "PROPFIND", "PROPPATCH", "PUT", "QUERY", "REBIND", "REPORT", "SEARCH",
		"TRACE", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
		"PURGE", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE", "M-SEARCH", "SOURCE", "BREW",
	} {
		methods[m] = true
	}
}

// opening is what the first bytes of a client are.
type opening uint8

const (
	openingUnclear opening = iota // more is needed
	openingWeb                    // a request, or what a lenient server may take for one
	openingOther
)

// openingOf tells HTTP from other protocols that begin with a letter. In doubt it is
// HTTP, which is judged: a method with anything behind it, "HTTP" anywhere, and what
// asks for a path or a URL as HTTP/0.9 did are.
func openingOf(said []byte) opening {
	if bytes.Contains(bytes.ToUpper(said), []byte("HTTP")) {
		return openingWeb
	}
	word := 0
	for word < len(said) && (isLetter(said[word]) || said[word] == '-') {
		word++
	}
	if word < len(said) && methods[string(bytes.ToUpper(said[:word]))] {
		return openingWeb
	}
	end := bytes.IndexAny(said, "\n\x00") // the latter is in no line of text; AMQP
	if end < 0 && len(said) >= maxFirstLine {
		return openingWeb
	}
	if end < 0 {
		return openingUnclear
	}
	line := said[word:end]
	if blank := bytes.IndexFunc(line, isBlank); blank >= 0 && bytes.HasPrefix(bytes.TrimLeftFunc(line[blank:], isBlank), []byte("/")) {
		return openingWeb
	}
	if bytes.Contains(line, []byte("://")) {
		return openingWeb
	}
	return openingOther
}

// openingBehind tells HTTP and TLS from other protocols behind the first words of a
// server that spoke no HTTP. There POST and HEAD may be commands of news, and CONNECT
// one of a game, so that only what has the form of a request is one: a version of HTTP
// behind a blank, or a method with a path or a URL. Line ends and blanks before it are
// passed over as a lenient server does; a number may look like one of these (MySQL).
func openingBehind(said []byte) opening {
	if said[0] == recordTypeHandshake {
		return openingWeb
	}
	said = bytes.TrimLeftFunc(said, isGapRune)
	if len(said) == 0 {
		return openingUnclear
	}
	word := 0
	for word < len(said) && (isLetter(said[word]) || said[word] == '-') {
		word++
	}
	if word == 0 || word < len(said) && isBinary(said[word]) {
		return openingOther
	}
	line, whole := said[:min(len(said), maxFirstLine)], len(said) >= maxFirstLine
	if end := bytes.IndexAny(said, "\n\x00"); end >= 0 && end < maxFirstLine {
		line, whole = said[:end], true
	}
	if i := bytes.Index(bytes.ToUpper(line), []byte("HTTP/")); i > word && isBlank(rune(line[i-1])) {
		return openingWeb
	}
	target := bytes.TrimLeftFunc(line[word:], isBlank)
	if path := bytes.HasPrefix(bytes.TrimLeftFunc(target, isSchemeLetter), []byte("://")) || bytes.HasPrefix(target, []byte("/")); path && (methods[string(bytes.ToUpper(line[:word]))] || len(line) == maxFirstLine) {
		return openingWeb
	}
	if whole {
		return openingOther
	}
	return openingUnclear
}

// isBinary reports whether c is in no line of text.
func isBinary(c byte) bool { return c < '\t' || c > '\r' && c < ' ' || c >= 0x7f }

func isSchemeLetter(c rune) bool { return c < 0x80 && isLetter(byte(c)) }

func isGapRune(c rune) bool { return c < 0x80 && isGap(byte(c)) }

// isBlank reports whether somebody may take c for what parts a request line.
func isBlank(c rune) bool { return c <= ' ' }

// speaksWeb reads on behind said until it is clear whether a client that begins with
// a letter speaks HTTP, and returns all that it said. Who does not make it clear does.
func (s *Server) speaksWeb(conn *tls.Conn, said []byte) ([]byte, bool) {
	_ = conn.SetReadDeadline(time.Now().Add(s.bounds.head))
	defer func() { _ = conn.SetReadDeadline(time.Time{}) }()
	for {
		if o := openingOf(said); o != openingUnclear {
			return said, o == openingWeb
		}
		more, err := words(conn)
		if err != nil {
			return said, true
		}
		said = append(said, more...)
	}
}
