package proxy

import "testing"

// TestIdleUnless: what passes unread by its type is read all the same when there
// is another type, or the browser runs it or gives it to a script.
func TestIdleUnless(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]bool{
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX: y\r\n\r\n":                           false,
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n":        true,
		"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX: y\r\ncontent-type: text/html\r\n\r\n": true,
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain, text/html\r\n\r\n":                        true,
	} {
		if got := doubled([]byte(head)); got != want {
			t.Errorf("doubled(%q) = %v; want %v", head, got, want)
		}
	}
	for dest, want := range map[string]bool{"": false, "image": false, "document": false, "empty": true, "script": true, "worker": true} {
		if got := loaded([]byte(dest)); got != want {
			t.Errorf("loaded(%q) = %v; want %v", dest, got, want)
		}
	}
}
