package imitation

import (
	"strings"

	"sekisho/imitation/charset"
	"sekisho/imitation/coding"
)

// Bounds of one response, in bytes. What comes after them is passed on unread.
const (
	maxBody     = 16 << 20 // as it comes
	maxDocument = 16 << 20 // decoded, from here on
	maxScript   = 16 << 20
)

// Scanner reads one response body. It is not safe for concurrent use. It
// holds at most some 100 KiB, the decoders' windows (at most 8 MiB, for zstd
// and brotli that ask for it), and 1 MiB of what was packed inside of strings.
type Scanner struct {
	kind        kind
	contentType string
	download    bool
	fetched     bool // by a script, under a type that says that it is nothing to read
	stray       bool // the path is none that a page has

	inflate *coding.Inflater // nil when there is nothing to undo
	raw     int              // bytes taken
	plain   int              // bytes after content decoding
	head    []byte           // the first bytes, until they decide; nil after
	headEnd bool
	recode  *charset.Decoder
	found   findings
	page    *document
	data    *document // reads as data what is read as a document too; nil when nothing is
	wrap    wrapped   // reads the body as one that is packed as a whole
	shape   shape     // of what comes as data
	events  *events   // nil in what is no stream of them
	series  bool      // of messages, which are read together: no part waits for another
	before  gathered  // of messages only
	shown   bool      // by itself, in a tab or a frame
	framed  bool      // in a frame, or an element that is one
	outside *document // what came outside of the body; nil when nothing did
	done    bool
	closed  bool
	padded  bool
	browsed bool // a browser says what it is for
}

func newScanner(r Response, k kind) *Scanner {
	s := &Scanner{kind: k, download: download(r.Header), found: findings{packed: maxUnpacked, peeled: maxPeeled, turned: maxTurned}}
	if t := r.Header["Content-Type"]; len(t) > 0 {
		s.contentType = t[len(t)-1]
	}
	judgeHead(r, &s.found.set)
	s.stray = stray(r.Target)
	s.shown = shows(r.Dest)
	s.browsed = r.Dest != "" && r.Dest != "empty"
	s.framed = s.shown && r.Dest != "document"
	s.carry(r)
	list, ok := coding.List(r.Header["Content-Encoding"])
	switch {
	case !ok:
		s.done = true
	case len(list) > 0:
		s.inflate = coding.NewInflater(list, 2*maxScript, s.decoded)
	}
	return s
}

// Document reports whether the body is a document, whose head is to be held
// until it is judged. A body without a declared type is one until its bytes
// say otherwise.
func (s *Scanner) Document() bool {
	return !s.download && !s.fetched && (s.kind == htmlPage || s.kind == xmlPage || s.kind == sniffed)
}

// Markup reports whether the body is HTML that anybody could add markup to, in ASCII
// and without knowing what was before: it has no content coding and is not UTF-16.
func (s *Scanner) Markup() bool { return s.Plain() && s.recode != nil && !s.recode.Wide() }

// Plain is Markup as far as it is known before there is much of the body.
func (s *Scanner) Plain() bool { return s.kind == htmlPage && s.Document() && s.inflate == nil }

// Write takes body bytes after transfer decoding and before content decoding.
// It returns len(p), nil and does not keep p.
func (s *Scanner) Write(p []byte) (int, error) {
	if s.done || len(p) == 0 {
		return len(p), nil
	}
	in := p[:min(len(p), maxBody-s.raw)]
	s.raw += len(in)
	if s.inflate != nil {
		s.inflate.Write(in)
	} else {
		s.decoded(in)
	}
	if s.raw == maxBody {
		s.finish()
	}
	return len(p), nil
}

// decoded takes bytes without content coding and reports whether more are
// wanted.
func (s *Scanner) decoded(p []byte) bool {
	p = p[:min(len(p), s.most()-s.plain)]
	s.plain += len(p)
	if !s.headEnd {
		n := min(len(p), charset.Prescan-len(s.head))
		s.head = append(s.head, p[:n]...)
		p = p[n:]
		if len(s.head) == charset.Prescan {
			s.begin()
		}
	}
	if len(p) > 0 && !s.done {
		s.recode.Write(p, s.read)
	}
	if s.plain >= s.most() {
		s.padded = s.inflate != nil && s.empty() && s.plain > maxRatio*s.raw
		s.finish()
	}
	return !s.done
}

func (s *Scanner) most() int {
	if s.kind == scriptFile || s.kind == jsonFile {
		return maxScript
	}
	return maxDocument
}

// begin decides by the first bytes how to read.
func (s *Scanner) begin() {
	head := s.head
	s.head, s.headEnd = nil, true
	if s.kind == sniffed {
		s.kind = sniff(head, s.fetched)
	}
	if s.kind == skip {
		s.done = true
		return
	}
	page := !s.fetched && (s.kind == htmlPage || s.kind == xmlPage)
	s.recode = charset.NewDecoder(head, s.contentType, page)
	s.page = newDocument(&s.found, 0, s.kind == xmlPage)
	s.page.declared = s.recode.Suggest
	script := s.page.script
	script.style = s.kind == scriptFile && strings.Contains(strings.ToLower(s.contentType), "text/css")
	switch {
	case s.kind == jsonFile:
		script.brief, script.shape = true, &s.shape
	case s.kind == scriptFile && !script.style && !s.streams():
		script.shape, s.shape.inScript = &s.shape, true
	case s.kind != scriptFile:
		script.bears = true
	}
	if page || s.fetched && s.kind == htmlPage {
		s.twice(head)
	}
	s.page.apart = !s.shown && s.kind == xmlPage
	if s.streams() {
		s.events = &events{}
		s.asData()
	}
	s.recode.Write(head, s.read)
}

// read takes text.
func (s *Scanner) read(p []byte) {
	if s.kind == htmlPage || s.kind == xmlPage {
		s.page.write(p)
	} else {
		s.page.script.write(p)
	}
	switch {
	case s.events != nil:
		s.events.write(p, s.event, s.endEvent)
		return
	case s.data != nil:
		s.data.script.write(p)
	}
	if !s.shown && s.kind != jsonFile { // of data, strings are undone
		s.unwrap(p)
	}
}

func (s *Scanner) unwrap(p []byte) { s.wrap.write(s.page, p) }

// finish ends the text; nothing more will be read.
func (s *Scanner) finish() {
	if s.done {
		return
	}
	if !s.headEnd {
		s.begin()
	}
	if s.page != nil {
		s.recode.Close(s.read)
		s.wrap.end()
		s.page.close()
		if s.data != nil {
			s.data.close()
		}
	}
	s.done = true
}

// Settle has what came so far read as far as it goes, because the body may
// pause here: a beginning that is too short to tell its encoding by is taken
// for all that there is to tell by. Where a body is settled may change what is
// found in it.
func (s *Scanner) Settle() Result {
	if !s.done && !s.headEnd && len(s.head) > 0 {
		s.begin()
	}
	return s.Result()
}

// Close ends the body and returns what was found.
func (s *Scanner) Close() Result {
	if !s.closed {
		s.closed = true
		if s.inflate != nil {
			if s.done {
				s.inflate.Abandon()
			} else {
				s.inflate.Close()
			}
		}
		s.finish()
	}
	return s.Result()
}

// Done reports whether nothing more will be read.
func (s *Scanner) Done() bool { return s.done }
