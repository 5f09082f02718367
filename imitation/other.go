package imitation

import (
	"bytes"
	"slices"
	"strings"
)

// A page that names Amazon may be somebody else's, and says so: with a name of its own in
// its header, on its logo, in its first heading or its line of copyright, with the words of
// a portal that passes people on, of a board or a mail, or with a form that keeps what it
// asks for ("save", "Seller ID"). What the title alone would claim counts for nothing
// there: a page that lies about whose it is in this way is asked about when it is sent.

// calls follows what a page calls itself.
type calls struct {
	says   []byte // the block at hand, as far as it is kept
	naming bool   // an element says that it holds a name
	heads  int    // elements that are open and hold one
	logos  int    // pictures so far
}

// names notes that an element holds a name.
func (d *document) names(t *tag, name string) {
	switch name {
	case "header", "h1":
		d.heads++
	}
	for c := range bytes.FieldsSeq(t.get(attrClass)) {
		switch string(c) {
		case "brand", "logo", "navbar-brand", "site-name", "site-title":
			d.naming = true
		}
	}
}

func (d *document) endNames(name string) {
	switch name {
	case "header", "h1":
		d.heads = max(0, d.heads-1)
	}
}

// maxSays is how much of a block is kept: a foot has links before its line of copyright.
const maxSays = 400

// maxLogos is how many pictures before the first field may be a logo.
const maxLogos = 4

// logo reads the text of a picture that may be one.
func (d *document) logo(alt []byte) {
	if len(alt) == 0 || d.spots.other || d.spots.home.fields || d.logos == maxLogos {
		return
	}
	d.logos++
	d.spots.named(plainText(string(alt[:min(len(alt), maxLabel)])))
}

// keep keeps what is seen of the block at hand.
func (d *document) keep(p []byte) {
	if !d.spots.dim && !d.spots.other && len(d.says) < maxSays {
		d.says = append(d.says, p[:min(len(p), maxSays-len(d.says))]...)
	}
}

// endNamed looks at a block that ends.
func (d *document) endNamed() {
	if len(d.says) == 0 {
		return
	}
	if d.heads > 0 || d.naming {
		d.spots.named(string(d.says))
	}
	for _, mark := range copyrightMarks {
		if _, holder, ok := bytes.Cut(d.says, mark); ok {
			d.spots.held(string(holder))
			break
		}
	}
	d.says, d.naming = d.says[:0], false
}

var copyrightMarks = [][]byte{[]byte("©"), []byte("(c)"), []byte("copyright")}

// named reads what a page calls itself.
func (s *spots) named(text string) {
	s.other = s.other || strings.ContainsFunc(withoutThem.Replace(text), readable)
}

// held reads what a line of copyright says behind its mark.
func (s *spots) held(holder string) {
	if slices.ContainsFunc(amazonNames, func(n string) bool { return strings.Contains(holder, n) }) {
		s.amazon = true
		return
	}
	s.other = s.other || strings.ContainsFunc(holder, readable)
}

var otherOwner = known("other-owner")
