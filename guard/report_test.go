package guard_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestReports: what browsers report of a page may be the password that was typed there.
func TestReports(t *testing.T) {
	t.Parallel()
	const old, api = "application/csp-report", "application/reports+json"
	in := url.PathEscape(typedPass)
	csp := func(field, value string) string {
		b, err := json.Marshal(map[string]any{"csp-report": map[string]any{
			"document-uri": "https://shop.example.net/", "violated-directive": "script-src-elem", "original-policy": "script-src 'self' 'report-sample'; report-uri /csp",
			"blocked-uri": "inline", "line-number": 1, "status-code": 200, field: value,
		}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, q := range map[string]request{
		"blocked path":      {headers: old, body: csp("blocked-uri", "https://y.example/"+in)},
		"blocked picture":   {headers: old, body: csp("blocked-uri", "https://y.example/a/b/"+in+".png")},
		"blocked query":     {headers: old, body: csp("blocked-uri", "https://y.example/?p="+in)},
		"source":            {headers: old, body: csp("source-file", "https://shop.example.net/"+in)},
		"sample":            {headers: old, body: csp("script-sample", typedPass)},
		"sample, a comment": {headers: old, body: csp("script-sample", "//"+typedPass)},
		"sample, comment":   {headers: old, body: csp("script-sample", "/*"+typedPass+"*/")},
		"reporting, sample": {headers: api, body: `[{"age":3,"body":{"blockedURL":"inline","sample":"//` + typedPass + `","documentURL":"https://x.example/"},"type":"csp-violation","url":"https://x.example/","user_agent":"Mozilla/5.0"}]`},
		"reporting, path":   {headers: api, body: `[{"age":3,"body":{"blockedURL":"https://y.example/` + in + `"},"type":"csp-violation","url":"https://x.example/","user_agent":"Mozilla/5.0"}]`},
	} {
		f := q.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
		if !slices.Contains(texts(f.Passwords), typedPass) {
			t.Errorf("%s: the password is no candidate: %q", name, texts(f.Passwords))
		}
	}
	plain := strings.ReplaceAll(csp("blocked-uri", "https://cdn.example/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js"), "shop.example.net/", "shop.example.net/items/LM-204")
	f := request{headers: old, body: plain}.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
	if len(f.Passwords) > 12 || f.Act != guard.Nothing {
		t.Errorf("an ordinary report: act %v, %q to compare", f.Act, texts(f.Passwords))
	}
}
