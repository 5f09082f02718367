package proxy_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy"
)

// TestDrill: all three exercises are caught, by the judges that everything
// else meets, and are marked as exercises.
func TestDrill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		h2     bool
		scheme string
	}{
		{"h2", true, "https://"},
		{"h1", false, "https://"},
		{"clear", false, "http://"},
		{"below, h2", true, "https://x."},
		{"below, clear", false, "http://a.b."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := start(t, func(o *proxy.Options) { o.Settings.Ports = []uint16{9} })
			client := l.httpClient(l.trusting(), c.h2)
			if a := get(t, client, internalOrigin+"drill", navigation); a.StatusCode != http.StatusOK || !strings.Contains(a.body, interstitial.DrillCopy) {
				t.Fatalf("the page = %d %.300s", a.StatusCode, a.body)
			}
			form := get(t, client, c.scheme+interstitial.DrillPassword+"/", navigation)
			if form.StatusCode != http.StatusOK || !strings.Contains(form.body, interstitial.DrillSecret) {
				t.Fatalf("the form = %d", form.StatusCode)
			}
			post := url.Values{"email": {interstitial.DrillID}, "password": {interstitial.DrillSecret}}.Encode()
			for _, a := range []answer{
				get(t, client, c.scheme+interstitial.DrillLookalike+"/", navigation),
				get(t, client, c.scheme+interstitial.DrillCopy+"/", navigation),
				do(t, client, http.MethodPost, c.scheme+interstitial.DrillPassword+"/sign-in",
					withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(post)),
			} {
				if w := page(t, client, a); formAction.MatchString(w.body) || strings.Contains(w.body, interstitial.DrillSecret) {
					t.Error("an exercise can be gone past, or shows what was posted")
				}
			}
			want := map[string]string{interstitial.DrillLookalike: "combosquat", interstitial.DrillCopy: "sign-in-copy", interstitial.DrillPassword: "protected-sign-in"}
			events := l.events(journal.Filter{})
			for _, e := range events {
				exercise := e.Host[strings.LastIndexByte(strings.TrimSuffix(e.Host, ".test"), '.')+1:]
				if e.Host != "" && (e.Ground != "drill" || e.Technique != want[exercise] || e.Severity != journal.SeverityRed) {
					t.Errorf("event = %+v; want a red one of the exercise", e)
				}
			}
			a := get(t, client, internalOrigin+"drill", navigation)
			if n := strings.Count(a.body, "<time"); len(events) < 3 || n < 3 {
				t.Errorf("%d events, %d exercises shown as caught; want three", len(events), n)
			}
		})
	}
}

// TestDrillForgotten: whoever did the exercises, or was led to them by a page, is judged
// elsewhere as before, also after a restart; and each tells the same when it is repeated.
func TestDrillForgotten(t *testing.T) {
	t.Parallel()
	l := start(t)
	c := l.client()
	shops := l.Origin([]string{"one.example", "two.example", "three.example", "hostile.example"}, labnet.Handler())
	code := func(host string) {
		t.Helper()
		a := do(t, c, http.MethodPost, https(host, shops, "/echo"), withHeader(navigation, "Content-Type", formType), strings.NewReader("code=482915&step=2fa"))
		if a.StatusCode != http.StatusOK {
			t.Errorf("a code to %s = %d to %q; want it to pass", host, a.StatusCode, a.Header.Get("Location"))
		}
	}
	post := url.Values{"email": {interstitial.DrillID}, "password": {interstitial.DrillSecret}}.Encode()
	exercises := func() {
		t.Helper()
		for _, from := range [][]string{nil, {"Origin", "https://hostile.example", "Referer", "https://hostile.example/", "Sec-Fetch-Site", "cross-site"}} {
			for _, kind := range kinds {
				header := withHeader(kind.header, from...)
				do(t, c, http.MethodPost, "https://"+interstitial.DrillCopy+"/", header, strings.NewReader("note=1"))
				for _, host := range []string{interstitial.DrillCopy, interstitial.DrillPassword} {
					do(t, c, http.MethodPost, "https://"+host+"/", withHeader(header, "Content-Type", formType), strings.NewReader(post))
				}
				for _, host := range []string{interstitial.DrillLookalike, interstitial.DrillCopy, "x." + interstitial.DrillCopy} {
					get(t, c, "https://"+host+"/", header)
				}
			}
		}
		for _, host := range []string{interstitial.DrillLookalike, interstitial.DrillCopy, interstitial.DrillPassword} {
			a := do(t, c, http.MethodPost, "https://"+host+"/", withHeader(navigation, "Content-Type", formType), strings.NewReader(post))
			if w := page(t, c, a); strings.Contains(w.body, "<details open>") || strings.Contains(w.body, "may have been sent") {
				t.Errorf("the exercise at %s says that something was sent: %s", host, w.body)
			}
		}
	}
	code("one.example")
	exercises()
	get(t, c, https("one.example", shops, "/?of=whom"), withHeader(image, "Sec-Fetch-Site", "cross-site")) // any page's
	exercises()
	code("two.example")
	if a := get(t, c, https("hostile.example", shops, "/"), navigation); a.StatusCode != http.StatusOK {
		t.Errorf("the page that led to exercises = %d; want it to open", a.StatusCode)
	}
	l.restart(t)
	c = l.client()
	code("three.example")
	exercises()
	if err := l.dossier.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(l.dir, "dossier.json"))
	if err != nil || strings.Contains(string(kept), "drill") || strings.Contains(string(kept), "hostile.example") && strings.Contains(string(kept), "away") {
		t.Errorf("kept %v: %s; want nothing of exercises", err, kept)
	}
	for _, e := range l.events(journal.Filter{}) {
		if strings.HasSuffix(e.Host, "-drill.test") && (e.Sent == nil && e.Door != journal.DoorPage || e.Sent != nil && *e.Sent) {
			t.Errorf("event = %+v; want nothing sent", e)
		}
	}
}
