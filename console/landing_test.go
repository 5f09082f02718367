package console

import (
	"net/url"
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	english := start(t, func(o *Options) { o.Language = func() string { return "en" } })
	for _, tt := range []struct {
		name                  string
		s                     *Server
		query, cookie, accept string
		want                  string
		kept                  string // the cookie that is set
	}{
		{name: "browser", s: s, accept: "en-US,en;q=0.9", want: "en"},
		{name: "nothing said", s: s, want: "ja"},
		{name: "chosen", s: s, query: "?lang=en", want: "en", kept: "en"},
		{name: "chosen before", s: s, cookie: "sekisho-lang=en", accept: "ja", want: "en"},
		{name: "chosen now", s: s, cookie: "sekisho-lang=en", query: "?lang=ja", want: "ja", kept: "ja"},
		{name: "nonsense", s: s, cookie: "sekisho-lang=<script>", query: "?lang=fr", want: "ja"},
		{name: "configured", s: english, accept: "ja", want: "en"},
		{name: "chosen against the configuration", s: english, query: "?lang=ja", want: "ja", kept: "ja"},
	} {
		got := send(t, tt.s, "GET", "/sign-in"+tt.query, tt.cookie, "", "Accept-Language", tt.accept)
		if !strings.Contains(got.body, `<html lang="`+tt.want+`">`) {
			t.Errorf("%s: not in %s", tt.name, tt.want)
		}
		set := got.header.Get("Set-Cookie")
		if (tt.kept == "") != (set == "") || !strings.HasPrefix(set, "sekisho-lang="+tt.kept) && tt.kept != "" {
			t.Errorf("%s: Set-Cookie %q; want %q", tt.name, set, tt.kept)
		}
	}
	// The link to the other language keeps the rest of the address.
	got := send(t, s, "GET", "/sign-in?next=%2Fx%3Fa%3Db", "", "")
	if !strings.Contains(got.body, `href="/sign-in?lang=en&amp;next=%2Fx%3Fa%3Db"`) {
		t.Error("the other language forgets where to go on to")
	}
}

// TestComingFromAnotherSite: a link on another site comes without the cookie; the
// sign-in page then looks once more from here.
func TestComingFromAnotherSite(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "owner")
	got := send(t, s, "GET", "/sign-in?next=/x", "", "", "Sec-Fetch-Site", "cross-site")
	to, ok := strings.CutPrefix(got.header.Get("Refresh"), "0;url=")
	if !ok || got.status != 200 {
		t.Fatalf("%d, Refresh %q", got.status, got.header.Get("Refresh"))
	}
	if got := send(t, s, "GET", to, "", ""); got.header.Get("Refresh") != "" {
		t.Error("the page goes on loading itself")
	}
	if got := send(t, s, "GET", to, cookie, ""); got.status != 303 || got.header.Get("Location") != "/x" {
		t.Errorf("with the cookie: %d %q", got.status, got.header.Get("Location"))
	}
}

var localPaths = map[string]string{
	"/": "/", "/events?since=24h&x=%20": "/events?since=24h&x=%20", "": "/", "events": "/", "//evil.example": "/", "///evil.example": "/",
	`/\evil.example`: "/", `\\evil.example`: "/", "/\t/evil.example": "/", "https://evil.example/": "/", "javascript:alert(1)": "/",
	"/%2F/evil.example": "/", "/%5Cevil.example": "/", "/%09/evil.example": "/", "/x#y": "/x", "/\x00": "/", "http:/x": "/",
	"/a//b": "/a//b", "/" + strings.Repeat("a", 4096): "/",
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for in, want := range localPaths {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q; want %q", in, got, want)
		}
	}
}

// Wherever a browser's address parser, which takes a backslash for a slash and drops
// tabs and line ends, is led, it is still the console.
func FuzzLocalPath(f *testing.F) {
	for in := range localPaths {
		f.Add(in)
	}
	base, err := url.Parse("http://127.0.0.1:8766/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := localPath(in)
		as := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(got)
		u, err := base.Parse(as)
		if err != nil || u.Host != base.Host || u.Scheme != "http" || u.User != nil || !strings.HasPrefix(as, "/") || strings.HasPrefix(as, "//") {
			t.Errorf("localPath(%q) = %q leads to %v, %v", in, got, u, err)
		}
	})
}
