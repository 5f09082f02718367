package guard

import (
	"bytes"
	"strings"
)

// reports reports whether a body is one that browsers send by themselves about a page:
// of its policy for content (CSP3, section 5.3) or of anything else (Reporting API).
func reports(media string) bool {
	return media == "application/csp-report" || media == "application/reports+json"
}

// reported reads a value of a report, which a page can have say what it wants: the browser
// names what it did not load, down to the path, and quotes the start of a script.
func (r *reader) reported(v []byte) {
	if _, address, ok := bytes.Cut(v, []byte("://")); ok {
		path, _, _ := strings.Cut(string(address), "?")
		_, path, _ = strings.Cut(path, "/")
		r.segments("/" + path)
		return
	}
	r.candidate(bytes.Trim(v, "/*<!-> \t\r\n"))
}
