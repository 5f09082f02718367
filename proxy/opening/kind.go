package opening

import (
	"bytes"
	"errors"
	"io"
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

// Kind is what the first bytes of a client are.
type Kind uint8

// The kinds. What is Web stays so, whatever else is said.
const (
	Unclear Kind = iota // more is needed
	Web                 // a request, or what a lenient server may take for one, or what begins TLS
	Other               // of another protocol, which no page can make a browser speak
	STUN                // of WebRTC, by which a page can say what it likes
)

// of tells HTTP from other protocols by a client's first line, at every door.
// In doubt it is HTTP, which is judged. What begins with a letter is a request as well
// when it has HTTP anywhere, a path or a URL, or a method with whatever behind it; what
// begins otherwise when it has a version of HTTP, which Go and Python ask for then.
func of(said []byte) Kind {
	if o := stun(said); o != Other {
		return o
	}
	f := readFirst(said)
	if f.text() && bytes.Contains(bytes.ToUpper(said), []byte("HTTP")) {
		return Web
	}
	if o, ok := f.begins(); ok {
		return o
	}
	switch path := f.asks(); {
	case f.method() && !f.stomp(), f.versioned(), path && isLetter(f.line[0]):
		return Web
	case f.text() && f.ends && bytes.Contains(f.line, []byte("://")):
		return Web
	case path || f.text():
		return f.goesOn(Web)
	}
	return f.goesOn(Other)
}

// behind tells HTTP, TLS and STUN from other protocols behind the first words of a
// server that spoke no HTTP. There POST and HEAD may be commands of news, and CONNECT
// one of a game, so that only what has the form of a request is one: a version of HTTP
// behind a blank, or a method with a path or a URL.
func behind(said []byte) Kind {
	if o := Record(said); o != Other {
		return o
	}
	if o := stun(said); o != Other {
		return o
	}
	f := readFirst(said)
	if o, ok := f.begins(); ok {
		return o
	}
	if f.versioned() || f.asks() && (f.method() || len(f.line) == maxFirstLine && f.text()) {
		return Web
	}
	return f.goesOn(Other)
}

// Settle reads on until it is clear what a client that has said at least one byte speaks,
// and returns all that it has said by then; more waits for bytes and returns them behind
// the rest, or an error, with which it stays unclear. At the client's end its line is
// whole. Where wary, whatever begins with a letter is a request.
func Settle(said []byte, wary bool, more func() ([]byte, error)) ([]byte, Kind, error) {
	for {
		o := of(said)
		if wary && beginsWords(said) {
			o = Web
		}
		if o != Unclear {
			return said, o, nil
		}
		all, err := more()
		switch {
		case errors.Is(err, io.EOF) && of(append(bytes.Clone(said), '\n')) == Web:
			return said, Web, nil
		case errors.Is(err, io.EOF):
			return said, Other, nil
		case err != nil:
			return said, Unclear, err
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
