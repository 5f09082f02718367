package proxy

import "strings"

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

// replaceable reports whether the rest of the document can be replaced.
func (r *reading) replaceable() bool { return r.opens && r.shown && !r.observe && r.scan.Markup() }

// leads is replaceable for a document of which nothing went on yet.
func (r *reading) leads() bool { return r.opens && r.shown && !r.observe && r.scan.Plain() }
