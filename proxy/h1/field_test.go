package h1_test

import (
	"testing"

	"sekisho/proxy/h1"
)

func TestField(t *testing.T) {
	t.Parallel()
	plain := []byte("GET /a?b=c HTTP/1.1\r\nHost: h:1\r\nX-Ab: first\r\nx-a:\t second \r\nX-A: third\r\nEmpty:\r\n\r\n")
	for name, want := range map[string]string{"host": "h:1", "x-a": "second", "x-ab": "first"} {
		if got := h1.Field(plain, name); string(got) != want {
			t.Errorf("Field(%q) = %q; want %q", name, got, want)
		}
	}
	for _, name := range []string{"x", "x-abc", "empty", "get /a?b=c http/1.1\r\nhost", "b"} {
		if got := h1.Field(plain, name); got != nil {
			t.Errorf("Field(%q) = %q; want none", name, got)
		}
	}
	for name, want := range map[string]string{"x-a": "second,third,", "empty": ",", "x": ""} {
		all := ""
		for value := range h1.Fields(plain, name) {
			all += string(value) + ","
		}
		if all != want {
			t.Errorf("Fields(%q) = %q; want %q", name, all, want)
		}
	}
	for range h1.Fields(plain, "x-a") {
		break // or it would go on
	}
	if got := h1.Target(plain); string(got) != "/a?b=c" {
		t.Errorf("Target = %q", got)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for b, want := range map[string][2]bool{
		"close": {true, true}, "CLoSE": {true, true}, "closed": {false, true}, "clos": {false, false}, "": {false, false}, "clo\u017fe": {false, false},
	} {
		if got := [2]bool{h1.EqualFold([]byte(b), "close"), h1.HasPrefixFold([]byte(b), "close")}; got != want {
			t.Errorf("%q is and begins with close: %v; want %v", b, got, want)
		}
	}
}

// TestBody: a body ends where its head says, and only one without an end, or with an
// end of its own, has room for more.
func TestBody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, head, in string
		take           int
		ended          bool
		data, last     string
	}{
		{"none", "HTTP/1.1 204 No Content", "xyz", 0, true, "", ""},
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 2", "xyz", 2, true, "xy", ""},
		{"more to come", "HTTP/1.1 200 OK\r\nContent-Length: 4", "xyz", 3, false, "xyz", ""},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "2\r\nxy\r\n0\r\n\r\nz", 12, true, "xy", ""},
		{"chunks to come", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "2\r\nxy\r\n", 7, false, "xy", "4\r\nlast\r\n0\r\n\r\n"},
		{"until close", "HTTP/1.0 200 OK\r\nX: y", "xyz", 3, false, "xyz", "last"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, resp, ok := h1.AppendResponse(nil, []byte(tt.head+"\r\n\r\n"), false, false)
			if !ok {
				t.Fatal("not plain")
			}
			b, read := h1.BodyOf(resp), h1.BodyOf(resp)
			n, ok := b.Take([]byte(tt.in))
			if n != tt.take || !ok || b.Ended() != tt.ended {
				t.Errorf("took %d, %t, ended %t; want %d, ended %t", n, ok, b.Ended(), tt.take, tt.ended)
			}
			var data []byte
			n, ok = read.TakeData([]byte(tt.in), func(p []byte) bool { data = append(data, p...); return true })
			if n != tt.take || !ok || string(data) != tt.data || read != b {
				t.Errorf("took %d, %t: %q; want %d: %q", n, ok, data, tt.take, tt.data)
			}
			if tt.ended {
				return
			}
			if last, ok := b.Last([]byte("last")); string(last) != tt.last || ok != (tt.last != "") {
				t.Errorf("last %q, %t; want %q", last, ok, tt.last)
			}
		})
	}
}
