package imitation_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
	"sekisho/imitation"
)

// signIn is a copy with little to it.
const signIn = `<title>Amazonサインイン</title><p>Eメールまたは携帯電話番号</p><input name=e><input type=password name=p><p>Amazonの新しいお客様ですか?</p>`

func TestWatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, contentType, disposition, body string
		watched, document, found             bool
	}{
		{"html", "text/html", "", signIn, true, true, true},
		{"upper case", "Text/HTML; Charset=UTF-8", "", signIn, true, true, true},
		{"xhtml", "application/xhtml+xml", "", `<?xml version="1.0"?><html>` + signIn, true, true, true},
		{"no type", "-", "", "\n " + signIn, true, true, true},
		{"type that means nothing", "unknown/unknown", "", "<!DOCTYPE html>" + signIn, true, true, true},
		{"not a type", "html", "", "<html>" + signIn, true, true, true},
		{"no type, a picture", "-", "", "\x89PNG\r\n\x1a\n\x00" + signIn, true, true, false},
		{"downloaded", "text/html", "attachment; filename=a.html", signIn, true, false, true},
		{"script", "application/javascript", "", "x='" + signIn + "'", true, false, true},
		{"old script", "text/javascript; charset=utf-8", "", "x=`" + signIn + "`", true, false, true},
		{"json", "application/vnd.api+json", "", `{"a":"` + signIn + `"}`, true, false, true},
		{"image", "image/png", "", "", false, false, false},
		{"font", "font/woff2", "", "", false, false, false},
		{"video", "video/mp4", "", "", false, false, false},
		{"download", "application/octet-stream", "", "", false, false, false},
		{"text", "text/plain", "", "", false, false, false},
		{"pdf", "application/pdf", "", "", false, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := response(test.contentType)
			if test.contentType == "-" {
				r.Header.Del("Content-Type")
			}
			if test.disposition != "" {
				r.Header.Set("Content-Disposition", test.disposition)
			}
			s := imitation.Watch(r)
			if got := s != nil; got != test.watched {
				t.Fatalf("watched = %v; want %v", got, test.watched)
			}
			if s == nil {
				return
			}
			if got := s.Document(); got != test.document {
				t.Errorf("Document() = %v; want %v", got, test.document)
			}
			if n, err := s.Write([]byte(test.body)); n != len(test.body) || err != nil {
				t.Errorf("Write = %d, %v; want %d, nil", n, err, len(test.body))
			}
			if got := s.Close(); (got.Grade == imitation.Copy) != test.found {
				t.Errorf("got %v, %q; want a copy: %v", got.Grade, got.Signs, test.found)
			}
			if !s.Done() || s.Close().Grade != s.Result().Grade {
				t.Error("after Close there is more to come, or another result")
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"br, br, zstd", strings.Repeat("gzip,", 9)} {
		r := response("text/html")
		r.Header.Set("Content-Encoding", coding)
		s := imitation.Watch(r)
		if !s.Done() {
			t.Errorf("%q: it wants to read", coding)
		}
		if got := s.Close(); got.Grade != imitation.None {
			t.Errorf("%q: got %v", coding, got.Grade)
		}
	}
	for _, coding := range []string{"gzip", "br", "zstd", "deflate"} {
		r := response("text/html")
		r.Header.Set("Content-Encoding", coding)
		if got := scan(r, []byte("this is in no coding at all, whatever the head says"), 7); got.Grade != imitation.None {
			t.Errorf("%q of nonsense: got %v", coding, got.Grade)
		}
	}
}

// TestUnknownCoding: browsers show a body with a coding that nobody knows as it
// comes, and undo more codings than any server needs.
func TestUnknownCoding(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"none", "UTF-8", "aws-chunked", "gzip, none", "compress"} {
		r := response("text/html")
		r.Header.Set("Content-Encoding", coding)
		if got := scan(r, []byte(signIn), 7); got.Grade != imitation.Copy {
			t.Errorf("%q: got %v", coding, got.Grade)
		}
	}
	body := []byte(signIn)
	for range 3 {
		body = pack(t, body)
	}
	r := response("text/html")
	r.Header.Set("Content-Encoding", "gzip, gzip, gzip")
	if got := scan(r, body, 7); got.Grade != imitation.Copy {
		t.Errorf("thrice: got %v", got.Grade)
	}
}

func pack(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestTypeOfSeveral: browsers differ in which of several types counts, and run a
// script whatever its type.
func TestTypeOfSeveral(t *testing.T) {
	t.Parallel()
	for _, types := range [][]string{
		{"text/html", "text/plain"}, {"text/plain", "text/html; charset=utf-8"}, {"image/png", "text/html"}, {"text/plain, text/html"}, {"text/html, image/png"},
	} {
		r := response("")
		r.Header["Content-Type"] = types
		if s := imitation.Watch(r); s == nil || !s.Document() {
			t.Errorf("%q: not read as a document", types)
		}
	}
	for _, kind := range []string{"text/plain", "application/octet-stream", "application/pdf", "font/woff2"} {
		r := response(kind)
		r.Dest = "script"
		if got := scan(r, []byte("x='"+signIn+"'"), 7); got.Grade != imitation.Copy {
			t.Errorf("a script as %s: got %v", kind, got.Grade)
		}
	}
	// Padding does not hide what comes after it.
	if got := scan(response("text/html"), []byte("<!doctype html><!--"+strings.Repeat(" ", 5<<20)+"-->"+signIn), 1<<16); got.Grade != imitation.Copy {
		t.Errorf("behind five MiB: got %v", got.Grade)
	}
}

// TestEarly: a page is known before it ends, since it may never end.
func TestEarly(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"", "gzip"} {
		r := response("text/html")
		body := []byte(signIn + "<p>" + strings.Repeat("x ", 2000))
		if coding != "" {
			r.Header.Set("Content-Encoding", coding)
			body = compress(t, coding, append(body, make([]byte, 1<<20)...)) // more than a window
			body = body[:len(body)-20]
		}
		s := imitation.Watch(r)
		_, _ = s.Write(body) // never fails
		if got := s.Result(); got.Grade != imitation.Copy {
			t.Errorf("%q: got %v, %q before the end; want a copy", coding, got.Grade, got.Signs)
		}
		s.Close()
	}
}

func TestPurposes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in string
		want     map[string]string
		form     imitation.Form
	}{
		{
			"said", `<input name=a autocomplete="section-x username webauthn"><input name=b type=password autocomplete=current-password>`,
			map[string]string{"a": "username", "b": "current-password"},
			imitation.Form{Username: true, Password: true},
		},
		{
			"by type", `<form><input name=m type=email><input name=p type=password></form>`,
			map[string]string{"m": "username", "p": "current-password"},
			imitation.Form{Username: true, Password: true},
		},
		{
			"by id, for a script", `<input id=u type=email><input id=k type=password>`,
			map[string]string{"u": "username", "k": "current-password"},
			imitation.Form{Username: true, Password: true},
		},
		{
			"registration", `<form><input name=m type=email><input name=p type=password><input name=q type=password></form>`,
			map[string]string{"m": "username", "p": "new-password", "q": "new-password"},
			imitation.Form{Username: true, NewPassword: true},
		},
		{
			"change", `<form><input name=o type=password><input name=p type=password><input name=q type=password></form>`,
			map[string]string{"o": "current-password", "p": "new-password", "q": "new-password"},
			imitation.Form{Password: true, NewPassword: true},
		},
		{
			"change by name", `<form><input name=old type=password><input name=new_password type=password><input name=confirm type=password></form>`,
			map[string]string{"old": "current-password", "new_password": "new-password", "confirm": "new-password"},
			imitation.Form{Password: true, NewPassword: true},
		},
		{
			"two forms", `<form><input name=p type=password></form><form><input name=q type=password></form>`,
			map[string]string{"p": "current-password", "q": "current-password"},
			imitation.Form{Password: true},
		},
		{
			"code", `<input name=otpCode type=tel><input name=c autocomplete=one-time-code>`,
			map[string]string{"otpCode": "one-time-code", "c": "one-time-code"},
			imitation.Form{Code: true},
		},
		{
			"sign-in beside a registration", `<form><input name=m type=email><input name=p type=password autocomplete=current-password></form>` +
				`<form><input name=m type=email><input name=p type=password autocomplete=new-password></form>`,
			map[string]string{"m": "username", "p": "password"},
			imitation.Form{Username: true, Password: true, NewPassword: true},
		},
		{
			"registration beside a sign-in, nothing said", `<form style="display:none"><input name=p type=password><input name=q type=password></form><form><input name=p type=password></form>`,
			map[string]string{"p": "password", "q": "new-password"},
			imitation.Form{Password: true, NewPassword: true},
		},
		{
			"registration in a template", `<form><input name=p type=password></form><template><form><input name=p type=password autocomplete=new-password></form></template>`,
			map[string]string{"p": "password"},
			imitation.Form{Password: true, NewPassword: true},
		},
		{
			"registration in a script", "<form><input name=p type=password></form><script>var t=`<form><input name=p type=password autocomplete=new-password></form>`</script>",
			map[string]string{"p": "password"},
			imitation.Form{Password: true, NewPassword: true},
		},
		{
			"another form of a script", "<form><input name=p type=password></form><script>var t='<form><input name=q type=password></form>'</script>",
			map[string]string{"p": "current-password", "q": "current-password"},
			imitation.Form{Password: true},
		},
		{
			"a name elsewhere a new password", `<form><input name=m type=email><input name=p type=password></form><form><input name=m type=password autocomplete=new-password></form>`,
			map[string]string{"m": "username", "p": "current-password"},
			imitation.Form{Username: true, Password: true, NewPassword: true},
		},
		{
			"a password elsewhere a name", `<form><input name=p type=password></form><form><input name=p type=email></form><form><input name=p autocomplete=one-time-code></form>`,
			map[string]string{"p": "current-password"},
			imitation.Form{Username: true, Password: true, Code: true},
		},
		{"hidden decoy", `<input name=password type=hidden><input type=search name=q><input name=code>`, nil, imitation.Form{}},
		{"no name", `<input type=password>`, nil, imitation.Form{Password: true}},
		{"drawn as dots", `<input name=x style="-WebKit-Text-Security: disc">`, map[string]string{"x": "current-password"}, imitation.Form{Password: true}},
		{"brackets", `<input name="user[email]"><input name="user[password]" type=password>`, map[string]string{
			"user[email]": "username", "user[password]": "current-password",
		}, imitation.Form{Username: true, Password: true}},
		{"packed", `<iframe srcdoc="<input name=p type=password>">`, map[string]string{"p": "current-password"}, imitation.Form{Password: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := scan(response("text/html"), []byte(test.in), 5)
			if diff := cmp.Diff(test.want, got.Purposes); diff != "" {
				t.Errorf("purposes (-want +got):\n%s", diff)
			}
			if got.Form != test.form {
				t.Errorf("form = %+v; want %+v", got.Form, test.form)
			}
		})
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, target, cookie string
		want                 []string
	}{
		{"ordinary", "/index.html?a=b", "_ga=1", nil},
		{"none", "", "", nil},
		{"Amazon's path", "/ap/signin?x", "", []string{"ap-path"}},
		{"percent-encoded", "/%61p/%73ignin", "", []string{"ap-path"}},
		{"telemetry", "/ap/uedata?ld", "", []string{"ap-telemetry"}},
		{"assoc_handle", "/x?openid.assoc_handle=jpflex", "", []string{"openid-query"}},
		{"another's OpenID", "/openid?openid.assoc_handle=abc", "", nil},
		{"cookie", "/", "a=1; ubid-acbjp=355-1; b=2", []string{"relay-ubid"}},
		{"cookie in a value", "/", "a=ubid-acbjp", nil},
		{"kit's file", "/jp/antibots.php", "", []string{"kit-file"}},
		{"vowels and digits", "/aeiou12345.php", "", []string{"kit-random"}},
		{"a year", "/2026.php", "", nil},
		{"address", "/dGFyb0BleGFtcGxlLmpw", "", []string{"kit-address"}},
		{"no address", "/YWJjZGVmZ2hpamtsbW5v", "", nil},
		{"parts of sign-in", "/i/01a.css?x/AuthenticationPortalAssets", "", nil},
		{"parts of sign-in in the path", "/AUIClients/AuthenticationPortalAssets.css", "", []string{"portal-path"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			if test.cookie != "" {
				h.Set("Cookie", test.cookie)
			}
			if got := imitation.Request(response("").Host, test.target, h); !slices.Equal(got, test.want) {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

func TestRequestAllocates(t *testing.T) {
	h := http.Header{"Cookie": {"_ga=GA1.1; s=1"}}
	host := response("").Host
	if n := testing.AllocsPerRun(100, func() { imitation.Request(host, "/a/b/c.js?v=%20", h) }); n != 0 {
		t.Errorf("%v allocations; want none", n)
	}
	r := response("image/webp")
	if n := testing.AllocsPerRun(100, func() { imitation.Watch(r) }); n != 0 {
		t.Errorf("%v allocations to leave an image alone; want none", n)
	}
}

// TestLocation tells a relay from a shop that offers to log in with Amazon.
func TestLocation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		location string
		relay    bool
	}{
		{"/ap/signin?openid.assoc_handle=jpflex", true},
		{"https://site.example/ap/signin?openid.mode=x", true},
		{"https://SITE.example:443/ap/signin?openid.mode=x", true},
		{"//site.example/ap/signin?openid.mode=x", true},
		{"https://www.amazon.co.jp/ap/signin?openid.assoc_handle=jpflex", false},
		{"//www.amazon.co.jp/ap/signin?openid.assoc_handle=jpflex", false},
		{"https://apac.account.amazon.com/ap/oa?client_id=x", false},
		{"/login", false},
		{"", false},
	} {
		host, err := hostname.Parse("site.example")
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{"Content-Type": {"text/html"}, "Location": {test.location}}
		if got := scan(imitation.Response{Host: host, Target: "/", Status: 302, Header: h}, nil, 1); got.Relay != test.relay {
			t.Errorf("Location %q: relay = %v; want %v", test.location, got.Relay, test.relay)
		}
	}
}

// TestGradesTogether: what one page quotes and the site's own log-in are not
// put together; a shell and its script are.
func TestGradesTogether(t *testing.T) {
	t.Parallel()
	quote := scan(response("text/html"), []byte(`<p>Amazonの偽画面: 「Eメールまたは携帯電話番号」「Amazonの新しいお客様ですか?」`), 100)
	login := scan(response("text/html"), []byte(`<form><input name=u><input type=password name=p></form>`), 100)
	if g, _ := imitation.Grades(append(quote.Signs, login.Signs...)); g >= imitation.Copy {
		t.Errorf("a quotation and a log-in: got %v, %q", g, append(quote.Signs, login.Signs...))
	}
	api := scan(response("application/json"), []byte(`{"body":"`+strings.Repeat("本文です。", 60)+`「Eメールまたは携帯電話番号」、「Amazonの新しいお客様ですか?」"}`), 100)
	if g, _ := imitation.Grades(append(api.Signs, login.Signs...)); g >= imitation.Copy {
		t.Errorf("an article in JSON and a log-in: got %v, %q", g, append(api.Signs, login.Signs...))
	}
	if g, score := imitation.Grades([]string{"no such sign", "title", "title"}); g != imitation.Traces || score != 50 {
		t.Errorf("got %v, %d; want traces, 50", g, score)
	}
}
