package proxy

import (
	"strings"

	"sekisho/proxy/h1"
)

// breakOut ends whatever a document of HTML may be in the middle of (HTML, section
// 13.2.5): half a character, a value in quotes of either kind or none, a tag, a
// comment, CDATA, an element that holds no markup, a template. Where none of it is
// open, it is a few letters of text.
var breakOut = "\x1b(B\nx\">'>-->]]></script></style></title></textarea></xmp></iframe></noembed></noframes></noscript></select></svg></math>" +
	strings.Repeat("</template>", 64)

// rest is what stands in for the rest of a document whose start is in a tab already:
// it leads the tab to the warning. A policy of the page (CSP) forbids scripts and
// styles, but not this. It is nil where nobody can write into the document: in coded
// bytes, in XML, which is all right or not shown, and in a frame, which the warning
// does not go into.
func (r *reading) rest() []byte {
	if r.held == nil || !r.replaceable() {
		return nil
	}
	return []byte(breakOut + `<meta http-equiv=refresh content="0;url=` + warningURL(r.held.id) + `">`)
}

// maxRest is more than a rest has bytes.
const maxRest = 2 << 10

// replaceable reports whether the rest of the document can be replaced.
func (r *reading) replaceable() bool { return r.opens && r.shown && !r.observe && r.scan.Markup() }

// replaceRest ends an answer that was begun with what stands in for the rest. b
// is its body up to what the client has. It returns what was found when the client
// cannot be told.
func (r *relay) replaceRest(read *reading, answer *answered, b body) error {
	rest := read.rest()
	if rest == nil || !answer.begun {
		return read.held
	}
	out, ok := b.last(rest)
	if !ok {
		return read.held
	}
	_, err := r.client.Write(out)
	return err
}

// last is p as the last of a body, white space behind it as far as a length was
// promised. It reports false when there is no place for p, or too much.
func (b *body) last(p []byte) ([]byte, bool) {
	const most = 32 << 20
	switch {
	case b.framing == h1.Chunked:
		return b.chunks.Last(p)
	case b.framing == h1.UntilClose:
		return p, true
	case b.left < int64(len(p)) || b.left > most:
		return nil, false
	}
	return append(p, strings.Repeat(" ", int(b.left)-len(p))...), true
}

// keepBack keeps the end of out, which is not the end of the body, so that there
// is room in its length for a rest. What was kept before comes first.
func keepBack(kept, out []byte) (now, keep []byte) {
	now = append(kept[:len(kept):len(kept)], out...)
	n := max(0, len(now)-maxRest)
	return now[:n], now[n:]
}
