package guard

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"slices"

	"sekisho/guard/charset"
)

// Bounds of multipart bodies. Nesting is bounded by maxNested.
const (
	maxBoundaries = 4       // tried: of the label, repeated ones too, and of the first line
	maxParts      = 2048    // read of a body
	maxPartHeader = 8 << 10 // bytes
	maxFile       = 16 << 10
)

func looksMultipart(b []byte) bool { return firstBoundary(b) != nil }

// firstBoundary takes the boundary from the first line that begins with two
// hyphens, provided that a header follows.
func firstBoundary(b []byte) []byte {
	b = bytes.TrimLeft(b[:min(len(b), 1024)], "\r\n")
	if !bytes.HasPrefix(b, []byte("--")) {
		return nil
	}
	line, rest, ok := bytes.Cut(b[2:], []byte{'\n'})
	if line = bytes.TrimRight(line, "\r \t"); !ok || len(line) == 0 || len(line) > 200 {
		return nil
	}
	if i := bytes.IndexByte(rest, ':'); i <= 0 || i > 40 {
		return nil
	}
	return line
}

// readMultipart reads RFC 7578 and nested RFC 2046 bodies. Parsers differ over
// a repeated boundary parameter, quotes and line ends, which is how such bodies
// are got past filters: so each boundary is tried, and a bare LF ends a line.
func readMultipart(r *reader, p part) bool {
	boundaries := parameters(p.params, "boundary")
	if b := firstBoundary(p.body); b != nil {
		boundaries = append(boundaries, b)
	}
	slices.SortFunc(boundaries, bytes.Compare)
	boundaries = slices.CompactFunc(boundaries, bytes.Equal)
	found := false
	for _, boundary := range boundaries[:min(len(boundaries), maxBoundaries)] {
		if len(boundary) == 0 {
			continue
		}
		parts := 0
		delimiter := append([]byte("--"), boundary...)
		_, rest, ok := bytes.Cut(p.body, delimiter)
		for ok && parts < maxParts {
			var one []byte
			one, rest, ok = bytes.Cut(rest, delimiter)
			if !ok && rest == nil && bytes.HasPrefix(one, []byte("--")) {
				break // the closing delimiter
			}
			r.part(one, p.label)
			parts++
		}
		found = found || parts > 0
	}
	return found
}

// part reads the header and content of one part, which begins with the end
// of the line of its delimiter.
func (r *reader) part(b, label []byte) {
	_, b, ok := bytes.Cut(b, []byte{'\n'})
	if !ok {
		return
	}
	head, content := partHeader(b)
	content = bytes.TrimSuffix(bytes.TrimSuffix(content, []byte{'\n'}), []byte{'\r'})
	disposition := headerLine(head, "content-disposition")
	media, params := mediaType(headerLine(head, "content-type"))
	name := label
	if names := parameters(string(disposition), "name"); len(names) > 0 {
		name = names[0]
		for _, also := range names[1:] { // repeated: parsers take the first or the last
			r.add(also, content, text)
		}
	}
	content = transferDecode(content, headerLine(head, "content-transfer-encoding"))
	files := parameters(string(disposition), "filename")
	file := len(files) > 0
	if r.everything() {
		for _, f := range files { // which a script chooses
			r.unnamed([]byte("filename"), f)
			r.unnamed([]byte("filename"), withoutExtension(f))
		}
		r.headText("Content-Type", string(headerLine(head, "content-type")))
	}
	structured := media != "" && media != "text/plain"
	switch {
	case !file && !structured:
		r.add(name, content, text)
		if labels := parameters(params, "charset"); len(labels) > 0 {
			if e := charset.Lookup(string(bytes.ToLower(labels[0]))); e != nil {
				if again := charset.Decode(e, content); again != nil && !bytes.Equal(again, content) {
					r.add(name, again, text)
				}
			}
		}
	case len(content) <= maxFile || !file:
		// A blob has a file name too, so small files are read like fields.
		r.within(func() { r.decode(part{body: content, media: media, params: params, label: name}) })
		if len(content) <= maxValue {
			r.add(name, content, text)
		}
	case r.everything():
		r.within(func() { readStrings(r, part{body: content}) })
	}
}

// partHeader splits at the first empty line, joining continued lines.
func partHeader(b []byte) (head, content []byte) {
	window := b[:min(len(b), maxPartHeader)]
	if window[:min(1, len(window))] != nil && bytes.HasPrefix(window, []byte("\r\n")) {
		return nil, b[2:]
	}
	crlf, lf := bytes.Index(window, []byte("\r\n\r\n")), bytes.Index(window, []byte("\n\n"))
	switch {
	case crlf >= 0 && (lf < 0 || crlf < lf):
		head, content = b[:crlf], b[crlf+4:]
	case lf >= 0:
		head, content = b[:lf], b[lf+2:]
	default:
		return nil, b
	}
	head = bytes.ReplaceAll(head, []byte("\r\n"), []byte{'\n'})
	for _, fold := range []string{"\n ", "\n\t"} {
		head = bytes.ReplaceAll(head, []byte(fold), []byte{' '})
	}
	return head, content
}

// headerLine returns the value of a header of a part.
func headerLine(head []byte, name string) []byte {
	for line := range bytes.SplitSeq(head, []byte{'\n'}) {
		key, v, ok := bytes.Cut(line, []byte{':'})
		if ok && string(bytes.ToLower(bytes.TrimSpace(key))) == name {
			return bytes.TrimSpace(v)
		}
	}
	return nil
}

// transferDecode undoes a Content-Transfer-Encoding (RFC 2045, section 6).
func transferDecode(b, coding []byte) []byte {
	switch string(bytes.ToLower(coding)) {
	case "base64":
		flat := bytes.Map(func(c rune) rune {
			if c <= ' ' || c == '=' {
				return -1
			}
			return c
		}, b)
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(flat)))
		n, _ := base64.RawStdEncoding.Decode(out, flat)
		return out[:n]
	case "quoted-printable":
		out, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b)))
		return out
	}
	return b
}
