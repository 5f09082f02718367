package escapes

import (
	"bufio"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// hidden reads a request for target as net/http does behind a [Line] that gets it by step
// bytes.
func hidden(target string, step int) (*http.Request, *Line, error) {
	line := []byte("GET " + target + " HTTP/1.1\r\n")
	var l Line
	for rest := line[1:]; len(rest) > 0; rest = rest[min(step, len(rest)):] {
		l.Hide(rest[:min(step, len(rest))])
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(line) + "Host: a\r\n\r\n")))
	return r, &l, err
}

func TestRestore(t *testing.T) {
	t.Parallel()
	for target, path := range map[string]string{
		"/": "/", "/100%": "/100%", "/100%25": "/100%", "/%zz/%41?%zz=%": "/%zz/A", "/a?b%#": "/a", "/%2": "/%2", "/あ%": "/あ%", "/%E3%81%82%": "/あ%",
		"http://a/100%": "/100%", "http://a": "", "http://a?%": "", "//a/%": "//a/%", "*": "*",
	} {
		for step := range len(target) + 4 {
			r, l, err := hidden(target, step+1)
			if err != nil || l.Fragment {
				t.Fatalf("%q by %d: %v, fragment %t", target, step+1, err, l.Fragment)
			}
			if Restore(r); r.RequestURI != target || r.URL.Path != path {
				t.Errorf("%q by %d: target %q, path %q; want %q", target, step+1, r.RequestURI, r.URL.Path, path)
			}
			if l.Pathless() != !strings.HasPrefix(path, "/") {
				t.Errorf("%q: pathless %t", target, l.Pathless())
			}
		}
	}
}

func TestFragment(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/#", "/a#b", "http://a/b#c"} {
		if _, l, _ := hidden(target, 1); !l.Fragment {
			t.Errorf("%q: no fragment was seen", target)
		}
		if h := Hide(target); strings.Contains(h, sign) || !strings.Contains(h, " ") {
			t.Errorf("%q is to be read as %q; want it refused", target, h)
		}
	}
}

func TestBare(t *testing.T) {
	t.Parallel()
	const line = "GET /100%#"
	b := []byte(line)
	l := Line{Bare: true}
	if l.Hide(b); string(b) != line || !l.Fragment {
		t.Errorf("%q became %q, fragment %t", line, b, l.Fragment)
	}
}

// FuzzRestore: net/http reads what it read before, and a target is the same to the byte
// when it is restored, whichever way it was hidden.
func FuzzRestore(f *testing.F) {
	for _, s := range []string{"/100%", "/%zz?%", "http://a%/b%", "http://%61/%", "*", "a:443", "/%2f#", "/a b", "http:////%"} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, target string, step int) {
		if strings.ContainsAny(target, " \r\n") {
			return
		}
		want, wantErr := url.ParseRequestURI(target)
		r, l, err := hidden(target, 1+max(0, step)%64)
		if err != nil {
			if wantErr == nil && !l.Fragment {
				t.Errorf("%q cannot be read any more: %v", target, err)
			}
			return
		}
		if l.Fragment {
			return
		}
		other := &http.Request{RequestURI: Hide(target)}
		other.URL, _ = url.ParseRequestURI(other.RequestURI)
		Restore(r)
		Restore(other)
		if r.RequestURI != target || other.RequestURI != target {
			t.Errorf("%q was restored as %q and %q", target, r.RequestURI, other.RequestURI)
		}
		if wantErr == nil && (!reflect.DeepEqual(r.URL, want) || !reflect.DeepEqual(other.URL, want)) {
			t.Errorf("%q is the URL %#v or %#v; want %#v", target, r.URL, other.URL, want)
		}
	})
}
