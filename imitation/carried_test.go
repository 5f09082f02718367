package imitation_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"sekisho/imitation"
)

// TestCarried: a document that a script takes from outside of the body is read, and
// what else is long there says nothing.
func TestCarried(t *testing.T) {
	t.Parallel()
	page := "<!doctype html><meta charset=utf-8>" + signIn
	packed := base64.StdEncoding.EncodeToString([]byte(page))
	for name, tt := range map[string]struct {
		header, value, target string
		copied                bool
	}{
		"a header":           {header: "X-D", value: packed, copied: true},
		"a header, percent":  {header: "X-D", value: url.PathEscape(page), copied: true},
		"timing":             {header: "Server-Timing", value: `db;dur=3, a;desc="` + packed + `"`, copied: true},
		"a cookie":           {header: "Set-Cookie", value: "d=" + packed + "; Path=/; Secure", copied: true},
		"a query":            {target: "/?a=1&d=" + url.QueryEscape(packed), copied: true},
		"a query alone":      {target: "/?" + packed, copied: true},
		"a redirect":         {header: "Location", value: "/next#" + packed, copied: true},
		"a refresh":          {header: "Refresh", value: "0; url=/next?d=" + packed, copied: true},
		"a policy":           {header: "Content-Security-Policy", value: "default-src 'self'; " + strings.Repeat("img-src https://amazon.example; ", 20)},
		"another's document": {header: "X-D", value: base64.StdEncoding.EncodeToString([]byte("<p>" + strings.Repeat("lamps ", 100)))},
		"a token":            {header: "Set-Cookie", value: "s=" + strings.Repeat("eyJhbGciOiJIUzI1NiJ9.", 40)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := response("text/html")
			if tt.header != "" {
				r.Header.Set(tt.header, tt.value)
			}
			if tt.target != "" {
				r.Target = tt.target
			}
			s := imitation.Watch(r)
			_, _ = s.Write([]byte("<html><script>document.write(decodeURIComponent(x))</script>"))
			if got := s.Close(); (got.Grade == imitation.Copy) != tt.copied {
				t.Errorf("got %v, %q; want a copy: %t", got.Grade, got.Signs, tt.copied)
			}
		})
	}
}

// TestCarriedDecoys: other long values do not hide the one that is a document.
func TestCarriedDecoys(t *testing.T) {
	t.Parallel()
	decoy := base64.StdEncoding.EncodeToString([]byte("<p>" + strings.Repeat("lamps ", 100)))
	r := response("text/html")
	for i := range 100 {
		r.Header.Set(fmt.Sprintf("X-Decoy-%d", i), decoy)
	}
	r.Header.Set("X-D", base64.StdEncoding.EncodeToString([]byte("<!doctype html><meta charset=utf-8>"+signIn)))
	s := imitation.Watch(r)
	_, _ = s.Write([]byte("<html><script>document.write(decodeURIComponent(x))</script>"))
	if got := s.Close(); got.Grade != imitation.Copy {
		t.Errorf("got %v, %q; want a copy", got.Grade, got.Signs)
	}
}

// TestSubtitle: a script makes a page of what a subtitle says.
func TestSubtitle(t *testing.T) {
	t.Parallel()
	r := response("text/vtt")
	r.Dest = "track"
	s := imitation.Watch(r)
	if s == nil {
		t.Fatal("it is not looked at")
	}
	_, _ = s.Write([]byte("WEBVTT\n\n00:00.000 --> 00:10.000\n" + signIn + "\n"))
	if got := s.Close(); got.Grade != imitation.Copy {
		t.Errorf("got %v, %q; want a copy", got.Grade, got.Signs)
	}
}
