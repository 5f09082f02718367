package imitation

import (
	"bytes"
	"strings"
)

// Sizes in bytes of folded text that is seen; a Japanese character has three.
// What waits for its script says so in a sentence or two, and a kit adds some
// more to look like a page.
const (
	shellText   = 1000
	articleText = 4000
)

// veil leaves text out of what is seen: that of a block that the page hides.
// Filler is often there. Its words are judged all the same, since a script may
// show them.
type veil struct {
	name  []byte // of the element; no text is left out when depth is 0
	depth int    // of elements of that name
	shown int    // bytes of text that are seen
}

func (v *veil) open(t *tag) {
	switch {
	case v.depth > 0 && bytes.Equal(t.name, v.name):
		v.depth++
	case v.depth == 0 && hidden(t) && !empty[string(t.name)]:
		v.name, v.depth = append(v.name[:0], t.name...), 1
	}
}

func (v *veil) close(name []byte) {
	if v.depth > 0 && bytes.Equal(name, v.name) {
		v.depth--
	}
}

func (v *veil) text(n int) {
	if v.depth == 0 {
		v.shown += n
	}
}

// hide begins to leave out the text of an inline element that is not seen:
// filler between the letters of a word.
func (d *document) hide(t *tag) {
	if d.depth > 0 {
		if bytes.Equal(t.name, d.mute) {
			d.depth++
		}
		return
	}
	if hidden(t) {
		d.mute, d.depth = append(d.mute[:0], t.name...), 1
	}
}

func hidden(t *tag) bool {
	if t.seen[attrHidden] {
		return true
	}
	if !t.seen[attrStyle] {
		return false
	}
	style := plainStyle(t.get(attrStyle))
	return bytes.Contains(style, []byte("display:none")) || bytes.Contains(style, []byte("visibility:hidden")) ||
		bytes.Contains(style, []byte("font-size:0"))
}

// empty are the blocks without content (HTML, section 13.1.2).
var empty = index("br col embed hr img input link meta")

// content grades a document by what is to read in it.
func (d *document) content() Content {
	switch {
	case d.shown > articleText:
		return Article
	case d.shown > shellText || !d.scripted:
		return Page
	}
	return Shell
}

// whole adds what a document shows as a whole: that it is nothing but a claim
// to be Amazon, or that it is where no page belongs.
func (s *Scanner) whole(found *set, r *Result) {
	r.Content = s.page.content()
	if r.Content == Shell && len(s.page.fields) == 0 && (found.has(titleWhole) || found.has(titleAbout) || found.has(titleSeller)) {
		found.add(emptyShell)
	}
	if s.stray && r.Form.Password {
		found.add(kitFolder)
	}
}

var emptyShell, kitFolder = known("empty-shell"), known("kit-folder")

// stray reports whether a path leads into a folder of WordPress, or of the
// server, that holds files and no pages: where kits are put on other people's
// sites.
func stray(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	if len(path) > maxStray {
		return false
	}
	path = strings.ToLower(path)
	for _, folder := range []string{"/wp-content/", "/wp-includes/", "/wp-admin/css/", "/wp-admin/js/", "/wp-admin/images/", "/.well-known/"} {
		if strings.Contains(path, folder) {
			return true
		}
	}
	return false
}

// maxStray is how long a path may be that is looked at for such a folder.
const maxStray = 512
