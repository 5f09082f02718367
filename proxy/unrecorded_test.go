package proxy_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"sekisho/journal"
)

// TestUnrecorded has the journal's directory replaced by a file, so that nothing can be
// written. A site, also for a client that the resolver led astray of it, a page and a
// sign-in that would be held are answered with that and nothing else then, and pass no
// more than before; when the disk is well again, the warning is shown, and what was
// stopped meanwhile is in the journal.
func TestUnrecorded(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let an open database be removed")
	}
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "journal.db")
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	l := startSinkhole(t, func(l *lab) { l.options.Journal = j })
	l.protect()
	taken := new(sink)
	never := l.Origin([]string{lookalike}, taken)
	site := l.Origin([]string{shop}, serves{contentType: "text/html", pieces: [][]byte{copied(t)}})
	other := l.Origin([]string{"other.labnet.example"}, taken)
	asks := map[string]func(header map[string]string) answer{
		"site": func(h map[string]string) answer { return get(t, l.client(), https(lookalike, never, "/"), h) },
		"page": func(h map[string]string) answer { return get(t, l.client1(), https(shop, site, "/"), h) },
		"sign-in": func(h map[string]string) answer {
			body := []byte(`{"email":"` + ownID + `","password":"` + ownPassword + `"}`)
			h = withHeader(h, "Content-Type", "application/json")
			return do(t, l.client(), http.MethodPost, https("other.labnet.example", other, "/s"), h, bytes.NewReader(body))
		},
		"sinkhole": func(h map[string]string) answer { return get(t, l.led(l.trusting(), true), "https://"+typo+"/", h) },
	}
	if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for what, ask := range asks {
		for _, k := range kinds {
			a := ask(k.header)
			if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Sekisho-Error") != "not-recorded" || a.Header.Get("Location") != "" {
				t.Errorf("%s, %s: answer = %d, Sekisho-Error %q; want 503 not-recorded", what, k.name, a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
		}
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); j.Waiting() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d events still wait", j.Waiting())
		}
	}
	for what, ask := range asks {
		status := http.StatusSeeOther
		if what == "sinkhole" { // the page is there
			status = http.StatusForbidden
		}
		if a := ask(navigation); a.StatusCode != status || a.Header.Get("Sekisho-Incident") == "" {
			t.Errorf("%s, when the disk is well: answer = %d, incident %q; want %d and one", what, a.StatusCode, a.Header.Get("Sekisho-Incident"), status)
		}
	}
	for _, host := range []string{lookalike, shop, "other.labnet.example", typo} {
		if n := len(eventsIn(t, path, journal.Filter{Host: host})); n != len(kinds)+1 {
			t.Errorf("%s: %d events; want one a request, %d", host, n, len(kinds)+1)
		}
	}
	if n := taken.requests.Load(); n != 0 {
		t.Errorf("%d requests reached the sites; want none", n)
	}
}
