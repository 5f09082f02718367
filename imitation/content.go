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
	barePage    = 90 // and what a picture of a page has beside it
)

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
	if s.page.shown <= barePage && r.Form.Password && found.has(titleWhole) {
		found.add(picturedPage)
	}
	if s.stray && r.Form.Password {
		found.add(kitFolder)
	}
}

var emptyShell, picturedPage, kitFolder = known("empty-shell"), known("pictured-page"), known("kit-folder")

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
