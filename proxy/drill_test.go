package proxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

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
	}{{"h2", true, "https://"}, {"h1", false, "https://"}, {"clear", false, "http://"}} {
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
				if e.Host != "" && (e.Ground != "drill" || e.Technique != want[e.Host] || e.Severity != journal.SeverityRed) {
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
