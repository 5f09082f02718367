package imitation

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// prescan is how many bytes decide on the character encoding, as in the HTML
// Standard, section 13.2.3.2.
const prescan = 1024

// declared returns the encoding that head and contentType name, nil for UTF-8,
// and whether they name one at all. The order is that of browsers: byte order
// mark, Content-Type, meta.
func declared(head []byte, contentType string) (e encoding.Encoding, known bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, true
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	if e, ok := lookUp(parameter(contentType, "charset=")); ok {
		return e, true
	}
	if bytes.HasPrefix(head, []byte("<?xml")) {
		line, _, _ := bytes.Cut(head, []byte(">"))
		if e, ok := lookUp(parameter(string(line), "encoding=")); ok {
			return e, true
		}
	}
	// DetermineEncoding says windows-1252 and UTF-8 also when it found
	// nothing. Bytes tell those two from the others.
	e, name, _ := charset.DetermineEncoding(head, "")
	if name == "utf-8" || name == "windows-1252" {
		return nil, false
	}
	return e, true
}

func lookUp(label string) (encoding.Encoding, bool) {
	if label == "" {
		return nil, false
	}
	e, name := charset.Lookup(label)
	if name == "utf-8" {
		return nil, true
	}
	return e, e != nil
}

// parameter finds a parameter the way browsers do, wherever it stands and
// with or without quotes.
func parameter(s, name string) string {
	i := strings.Index(strings.ToLower(s), name)
	if i < 0 {
		return ""
	}
	s = strings.TrimSpace(s[i+len(name):])
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s, _, _ = strings.Cut(s[1:], s[:1])
		return s
	}
	if end := strings.IndexAny(s, "; \t,?"); end >= 0 {
		s = s[:end]
	}
	return s
}

// recoder turns bytes into UTF-8 as they come.
type recoder struct {
	t       transform.Transformer // nil: they are UTF-8, or look so still
	guess   bool                  // no encoding was declared
	waiting []byte                // bytes of an undeclared encoding, from the first that is not ASCII on
	carry   []byte                // part of a character
	buf     [4 << 10]byte
}

// guessBytes is how much of a text that is not ASCII decides on an encoding
// that nobody declared.
const guessBytes = 512

func newRecoder(head []byte, contentType string) *recoder {
	e, known := declared(head, contentType)
	r := &recoder{guess: !known}
	if e != nil {
		r.t = e.NewDecoder()
	}
	return r
}

// write calls sink with UTF-8.
func (r *recoder) write(p []byte, sink func([]byte)) {
	if r.guess {
		p = r.watch(p, sink)
	}
	r.convert(p, false, sink)
}

func (r *recoder) close(sink func([]byte)) {
	p := r.waiting
	if r.guess && len(p) > 0 {
		r.decide()
	}
	r.convert(p, true, sink)
}

// watch lets ASCII pass, since it is the same in all encodings that can be
// guessed, and holds the rest until there is enough of it.
func (r *recoder) watch(p []byte, sink func([]byte)) []byte {
	if len(r.waiting) == 0 {
		i := 0
		for i < len(p) && p[i] < utf8.RuneSelf && p[i] != escape {
			i++
		}
		if i > 0 {
			sink(p[:i])
		}
		p = p[i:]
	}
	n := min(len(p), guessBytes-len(r.waiting))
	r.waiting = append(r.waiting, p[:n]...)
	if len(r.waiting) < guessBytes {
		return nil
	}
	r.decide()
	r.convert(r.waiting, false, sink)
	r.waiting = nil
	return p[n:]
}

func (r *recoder) decide() {
	r.guess = false
	if e := guessEncoding(r.waiting); e != nil {
		r.t = e.NewDecoder()
	}
}

func (r *recoder) convert(p []byte, end bool, sink func([]byte)) {
	if r.t == nil {
		if len(p) > 0 {
			sink(p)
		}
		return
	}
	if len(r.carry) > 0 {
		p = append(r.carry, p...)
	}
	for len(p) > 0 || end {
		n, used, err := r.t.Transform(r.buf[:], p, end)
		if n > 0 {
			sink(r.buf[:n])
		}
		p = p[used:]
		if err == transform.ErrShortDst {
			continue
		}
		if err != nil && err != transform.ErrShortSrc && len(p) > 0 {
			p = p[1:] // a byte order mark that is none
			continue
		}
		break
	}
	r.carry = append(r.carry[:0:0], p...)
}
