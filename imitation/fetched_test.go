package imitation_test

import (
	"testing"

	"sekisho/imitation"
)

// TestFetched: what a script fetches is read whatever its type, if it is text; it
// is not held like a document, since it may be a stream.
func TestFetched(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, dest, contentType, body string
		want                          bool
	}{
		{"text", "empty", "text/plain; charset=utf-8", signIn, true},
		{"bytes", "empty", "application/octet-stream", signIn, true},
		{"stream of events", "empty", "text/event-stream", "data: " + signIn + "\n\n", true},
		{"messages of a socket", "empty", "text/plain", `42["m","` + signIn + `"]`, true},
		{"JSON as text", "empty", "text/plain", `{"a":"` + signIn + `"}`, true},
		{"picture", "empty", "image/png", "\x89PNG\r\n\x1a\n\x00" + signIn, false},
		{"text in a tab", "document", "text/plain", signIn, false},
		{"download", "document", "application/octet-stream", signIn, false},
		{"text, nobody says what for", "", "text/plain", signIn, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := response(test.contentType)
			r.Dest = test.dest
			s := imitation.Watch(r)
			if s == nil {
				if test.want {
					t.Fatal("not watched")
				}
				return
			}
			if s.Document() {
				t.Error("it is held until it was judged")
			}
			_, _ = s.Write([]byte(test.body)) // never fails
			if got := s.Close(); (got.Grade == imitation.Copy) != test.want {
				t.Errorf("got %v, %q; want a copy: %v", got.Grade, got.Signs, test.want)
			}
		})
	}
}
