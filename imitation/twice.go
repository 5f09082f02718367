package imitation

import "bytes"

// shows reports whether what is asked for is shown by itself (Fetch, section 2.2.5,
// "navigate").
func shows(dest string) bool {
	switch dest {
	case "document", "iframe", "frame", "embed", "object":
		return true
	}
	return false
}

// twice has a body read as data too that is read as a document, if it does not begin
// as one and a script may take it for data: JSON under the type that servers give
// to what a program writes, or the messages of a stream, with markup or words in
// their strings.
func (s *Scanner) twice(head []byte) {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if s.shown || len(head) == 0 || head[0] == '<' || !bytes.ContainsAny(head, `"'`) {
		return
	}
	s.asData()
}

// asData begins to read as data too.
func (s *Scanner) asData() {
	s.data = newDocument(&s.found, 0, false)
	s.data.script.brief, s.data.script.shape = true, &s.shape
}
