package proxy

import (
	"bytes"
	"errors"
	"io"

	"sekisho/dossier"
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

// openingOf tells HTTP from other protocols by a client's first line, at every door.
// In doubt it is HTTP, which is judged. What begins with a letter is a request as well
// when it has HTTP anywhere, a path or a URL, or a method with whatever behind it; what
// begins otherwise when it has a version of HTTP, which Go and Python ask for then.
func openingOf(said []byte) opening {
	f := readFirst(said)
	if f.text() && bytes.Contains(bytes.ToUpper(said), []byte("HTTP")) {
		return openingWeb
	}
	if o, ok := f.begins(); ok {
		return o
	}
	switch path := f.asks(); {
	case f.method() && !f.stomp(), f.versioned(), path && isLetter(f.line[0]):
		return openingWeb
	case f.text() && f.ends && bytes.Contains(f.line, []byte("://")):
		return openingWeb
	case path || f.text():
		return f.goesOn(openingWeb)
	}
	return f.goesOn(openingOther)
}

// openingBehind tells HTTP and TLS from other protocols behind the first words of a
// server that spoke no HTTP. There POST and HEAD may be commands of news, and CONNECT
// one of a game, so that only what has the form of a request is one: a version of HTTP
// behind a blank, or a method with a path or a URL.
func openingBehind(said []byte) opening {
	if said[0] == recordTypeHandshake {
		return openingWeb
	}
	if o := recordOf(said); o != openingOther {
		return o
	}
	f := readFirst(said)
	if o, ok := f.begins(); ok {
		return o
	}
	if f.versioned() || f.asks() && (f.method() || len(f.line) == maxFirstLine && f.text()) {
		return openingWeb
	}
	return f.goesOn(openingOther)
}

// recordOf tells a record of TLS from everything else: some servers pass over those that
// may not stand before a ClientHello, as warnings (Go).
func recordOf(said []byte) opening {
	switch {
	case said[0] < recordCCS || said[0] > recordHeartbeat, len(said) > 1 && said[1] != 3, len(said) > 2 && said[2] > 4:
		return openingOther
	case len(said) < 3:
		return openingUnclear
	}
	return openingWeb
}

// settle reads on until it is clear what a client speaks to v's site, and returns all
// that it has said by then; more waits for bytes and returns them behind the rest. At
// the client's end its line is whole. To a site that may be an imitation, text of no
// kind passes unread.
func (s *Server) settle(v *visit, said []byte, more func() ([]byte, error)) ([]byte, opening, error) {
	wary := s.hints(dossier.Sender{}, v).Suspicious
	for {
		o := openingOf(said)
		if wary && beginsWords(said) {
			o = openingWeb
		}
		if o != openingUnclear {
			return said, o, nil
		}
		all, err := more()
		switch {
		case errors.Is(err, io.EOF) && openingOf(append(bytes.Clone(said), '\n')) == openingWeb:
			return said, openingWeb, nil
		case errors.Is(err, io.EOF):
			return said, openingOther, nil
		case err != nil:
			return said, openingUnclear, err
		}
		said = all
	}
}

// beginsWords reports whether said begins with a letter, behind what may stand before
// a request.
func beginsWords(said []byte) bool {
	f := readFirst(said)
	return f.word > 0 && isLetter(f.line[0])
}
