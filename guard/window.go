package guard

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"

	"sekisho/guard/charset"
	"sekisho/guard/coding"
)

// format is what a long body is read as.
type format struct {
	kind   formatKind
	params string // of the media type, with the boundary that was seen
}

type formatKind uint8

const (
	formatUnknown formatKind = iota
	formatForm
	formatMultipart
	formatJSON
	formatXML
	formatText
	formatBytes
)

// chain tells the codings of a body by its label and its first bytes. A label
// that the bytes belie is left out, or believed and not believed where only what comes out
// could tell: see plain.
func (s *Stream) chain() (chain []coding.Opener) {
	labels := strings.Split(strings.ToLower(strings.Join(s.head.Header["Content-Encoding"], ",")), ",")
	for _, label := range slices.Backward(labels) {
		label = strings.TrimSpace(label)
		open := coding.Lookup(label)
		switch {
		case label == "" || label == "identity":
			continue
		case open == nil || len(chain) == maxCodings:
			s.r.undecoded = true
			return chain
		case len(chain) > 0 || coding.Sniff(s.sniff) != "" || charset.NotText(s.sniff):
		case label == "br":
			s.plain = &Stream{head: s.head, r: s.r, begun: true}
		default:
			continue
		}
		s.r.sign(strings.TrimPrefix(label, "x-"))
		chain = append(chain, open)
	}
	if len(chain) > 0 {
		return chain
	}
	_, params := mediaType(strings.Join(s.head.Header["Content-Type"], ";"))
	var name string
	if names := parameters(params, "charset"); len(names) > 0 {
		name = string(bytes.ToLower(names[0]))
	}
	text := charset.Lookup(name)
	if text == nil {
		text = charset.Sniff(s.sniff)
	}
	switch label := coding.Sniff(s.sniff); {
	case label != "":
		s.r.sign(label)
		return []coding.Opener{coding.Lookup(label)}
	case text != nil && !charset.Belied(name, s.sniff):
		s.r.sign("charset")
		return []coding.Opener{openCharset(text)}
	case WebText(strings.Join(s.head.Header["Content-Type"], ";")),
		looksOpaque(s.sniff) && !escaped(s.sniff) && !isHex(bytes.TrimSpace(s.sniff)):
		s.r.sign("opaque")
		return []coding.Opener{openPieces}
	}
	return nil
}

func openCharset(e encoding.Encoding) coding.Opener {
	return func(r io.Reader) (io.Reader, error) { return e.NewDecoder().Reader(r), nil }
}

// settle tells the format by the first window.
func (s *Stream) settle() {
	media, params := mediaType(strings.Join(s.head.Header["Content-Type"], ";"))
	s.format.params = params
	b := s.buf
	switch {
	case looksMultipart(b):
		s.format = format{formatMultipart, params + "; boundary=\"" + string(firstBoundary(b)) + `"`}
	case strings.HasPrefix(media, "multipart/"):
		s.format.kind = formatMultipart
	case looksJSON(b):
		s.format.kind = formatJSON
	case looksXML(b):
		s.format.kind = formatXML
	case looksForm(b) && !charset.NotText(b) && (media == "" || strings.Contains(media, "form") || media == "text/plain"):
		s.format.kind = formatForm
	case charset.NotText(b):
		s.format.kind = formatBytes
	default:
		s.format.kind = formatText
	}
}

// read reads the window. What is cut at its ends is left to its neighbours.
func (s *Stream) read(last bool) {
	r, b := s.r, s.buf
	if s.format.kind == formatUnknown {
		s.settle()
	}
	r.work, r.known, r.read, r.twice = maxWork, 0, 0, 0
	p := part{params: s.format.params}
	switch s.format.kind {
	case formatForm:
		if p.body = between(b, []byte{'&'}, s.any, !last); len(p.body) > 0 {
			r.form(p.body, true)
		}
	case formatMultipart:
		s.parts(b, last)
	case formatXML:
		if p.body = between(b, []byte{'<'}, s.any, !last); len(p.body) > 0 {
			readXML(r, p)
		}
	case formatJSON:
		s.json(b, last)
	case formatText:
		p.body = b
		readPlain(r, p)
	case formatBytes:
		p.body = b
		readStrings(r, p)
	}
	s.any = true
	r.texts = nil // a message is short
	s.detach()
}

// between cuts b at the first and the last sep.
func between(b, sep []byte, first, last bool) []byte {
	if first {
		i := bytes.Index(b, sep)
		if i < 0 {
			return nil
		}
		b = b[i:]
	}
	if last {
		b = b[:max(0, bytes.LastIndex(b, sep))]
	}
	return b
}

// parts reads the parts that lie in the window whole. Larger ones are files.
func (s *Stream) parts(b []byte, last bool) {
	for _, boundary := range parameters(s.format.params, "boundary") {
		if len(boundary) == 0 {
			continue
		}
		whole := between(b, append([]byte("--"), boundary...), s.any, !last)
		if len(whole) > 0 {
			readMultipart(s.r, part{body: whole, params: s.format.params})
		}
	}
}

// json looks for names and values next to each other, because a window begins
// anywhere: within a string, or between the quotes of one.
func (s *Stream) json(b []byte, last bool) {
	raw := b
	if bytes.Contains(b, []byte(`\u`)) || bytes.Contains(b, []byte(`\"`)) {
		b = jsonUnescape(b)
	}
	found, _, _ := labels(b)
	for _, l := range found {
		if cut := &l.v[len(l.v)-1] == &b[len(b)-1]; !cut || last {
			s.r.add(l.name, l.v, text)
		}
	}
	if s.r.everything() {
		s.r.around(b)
		s.r.quotedBeside(raw)
	}
}

// detach copies what was found out of the window, which is used again. Values
// of any name are kept only where they may be asked for.
func (s *Stream) detach() {
	r := s.r
	if len(r.knownIDs) == 0 && !r.hints.Suspicious {
		r.loose, r.others, r.written = r.loose[:0], r.others[:0], r.written[:0]
	}
	for _, list := range [][]value{r.ids, r.passwords, r.news, r.confirms, r.olds, r.kept, r.codes, r.loose, r.others, r.written, r.knownIDs} {
		for i := range list {
			if v := &list[i]; !v.own {
				v.v, v.name, v.own = bytes.Clone(v.v), bytes.Clone(v.name), true
			}
		}
	}
}
