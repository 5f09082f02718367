package imitation

import (
	"bytes"
	"net/http"
	"strings"
)

// kind is what a body is read as.
type kind uint8

const (
	skip       kind = iota
	sniffed         // no type, or none that means anything: browsers look at the bytes, and so do we
	htmlPage        //
	xmlPage         // XHTML, SVG, and XML that a style sheet may turn into HTML
	scriptFile      // scripts and style sheets
	jsonFile        //
)

// Watch returns a scanner for the body of r, or nil when nothing of it needs
// reading: images, fonts, video, downloads, and plain text that is shown as such.
// A scanner that is not nil must be closed.
func Watch(r Response) *Scanner {
	kind := kindOf(r.Header)
	fetched := false
	switch {
	case kind != skip:
	case runs(r.Dest):
		kind = scriptFile
	case r.Dest == "empty", r.Dest == "track": // a page makes of what its script fetches, or a subtitle says, what it likes
		kind, fetched = sniffed, true
	}
	if kind == skip || r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		return nil
	}
	s := newScanner(r, kind)
	s.fetched = fetched
	return s
}

// runs reports whether what is asked for is run, whatever it is (Fetch, section
// 2.2.5, "script-like").
func runs(dest string) bool {
	switch dest {
	case "script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet":
		return true
	}
	return false
}

// kindOf reads Content-Type. Of several, by line or by comma, browsers take one
// or another; the one by which the most is read decides.
func kindOf(h http.Header) kind {
	values := h["Content-Type"]
	if len(values) == 0 {
		return sniffed
	}
	most := skip
	for _, v := range values {
		for t := range strings.SplitSeq(v, ",") {
			k := kindOfType(t)
			switch {
			case k == htmlPage || most == skip:
				most = k
			case k == xmlPage && most != htmlPage, k == sniffed && most != htmlPage && most != xmlPage:
				most = k
			}
		}
	}
	return most
}

// kindOfType reads one type. With the values that browsers do not believe, the
// bytes decide (MIME Sniffing, section 7).
func kindOfType(t string) kind {
	t, _, _ = strings.Cut(t, ";")
	t = strings.TrimSpace(t)
	if len(t) > 64 {
		return sniffed
	}
	switch t = strings.ToLower(t); t {
	case "", "unknown/unknown", "application/unknown", "*/*", "text", "html":
		return sniffed
	case "text/html", "application/x-httpd-php":
		return htmlPage
	case "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml":
		return xmlPage
	case "text/css", "text/jscript", "text/livescript":
		return scriptFile
	}
	switch {
	case strings.HasSuffix(t, "json"):
		return jsonFile
	case strings.HasSuffix(t, "+xml"):
		return xmlPage
	case strings.HasSuffix(t, "javascript"), strings.HasSuffix(t, "ecmascript"):
		return scriptFile
	case !strings.Contains(t, "/"):
		return sniffed
	}
	return skip
}

// download reports whether the body is saved rather than shown. A script is
// run all the same.
func download(h http.Header) bool {
	d := h["Content-Disposition"]
	return len(d) > 0 && len(d[0]) >= 10 && strings.EqualFold(strings.TrimSpace(d[0])[:min(10, len(strings.TrimSpace(d[0])))], "attachment")
}

// htmlStarts begin a document that nobody declared to be one (MIME Sniffing,
// section 7.1).
var htmlStarts = []string{
	"<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a", "<style", "<title",
	"<b", "<body", "<br", "<p", "<!--", "<form", "<meta", "<link", "<main", "<section",
}

// sniff decides on a body by its first bytes. What a script fetches need not
// begin like a document to become one.
func sniff(head []byte, fetched bool) kind {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return htmlPage // nobody writes scripts so
		}
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	head = bytes.TrimLeft(head, " \t\r\n\f")
	for _, s := range htmlStarts {
		if len(head) > len(s) && bytes.EqualFold(head[:len(s)], []byte(s)) {
			return htmlPage
		}
	}
	switch {
	case fetched && !noText(head) && (bytes.Contains(head, []byte("<input")) || bytes.Contains(head, []byte("<form"))):
		return htmlPage // in the messages of a stream
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<svg")):
		return xmlPage
	case len(head) == 0, noText(head):
		return skip
	case head[0] == '{' || head[0] == '[':
		return jsonFile
	}
	return scriptFile
}

// noText reports whether p has bytes that text has not (MIME Sniffing,
// section 5).
func noText(p []byte) bool {
	for _, b := range p {
		if b <= 0x08 || b == 0x0b || b >= 0x0e && b <= 0x1a || b >= 0x1c && b <= 0x1f {
			return true
		}
	}
	return false
}
