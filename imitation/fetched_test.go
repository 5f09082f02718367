package imitation_test

import (
	"strconv"
	"strings"
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

// TestDataAsDocument: data under the type of a document is read as data too where a
// script may take it for that.
func TestDataAsDocument(t *testing.T) {
	t.Parallel()
	escaped := strings.ReplaceAll(strconv.QuoteToASCII(signIn), "<\\", "<")
	const words = `{"t":"\u0041mazon\u30b5インイン","e":"E\u30e1ールまたは携帯電話番号","n":"Amazon\u306e新しいお客様ですか？","c":"\u0041mazonアカウントを作成","k":"\u003cinput type=password>"}`
	for _, test := range []struct {
		name, dest, contentType, body string
		want                          bool
	}{
		{"markup in JSON from PHP", "empty", "text/html; charset=UTF-8", `{"html":` + escaped + `}`, true},
		{"words in JSON from PHP", "empty", "text/html", words, true},
		{"list from PHP", "", "text/html", `["x",` + escaped + `]`, true},
		{"escaped, as text", "empty", "text/plain", `{"html":` + escaped + `}`, true},
		{"polled messages", "empty", "text/plain; charset=UTF-8", `42["p",` + escaped + `]`, true},
		{"in a tab", "document", "text/html", `{"html":` + escaped + `}`, false},
		{"list of shops from PHP", "empty", "text/html", `{"shops":["Amazon","Rakuten"],"form":"<input type=password name=p>","t":"ログイン"}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := response(test.contentType)
			r.Dest = test.dest
			s := imitation.Watch(r)
			_, _ = s.Write([]byte(test.body)) // never fails
			if got := s.Close(); (got.Grade == imitation.Copy) != test.want {
				t.Errorf("got %v, %q; want a copy: %v", got.Grade, got.Signs, test.want)
			}
		})
	}
}
