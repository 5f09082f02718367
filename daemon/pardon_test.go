package daemon

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestAllowedPage: what somebody allows although its page was recognised passes
// exactly as long as the exception holds, over a restart as well, and its
// neighbours on the same site do not.
func TestAllowedPage(t *testing.T) {
	const host, beside = "www.gadget.example", "two.gadget.example"
	page, err := os.ReadFile(filepath.Join("..", "proxy", "testdata", "copied.html"))
	if err != nil {
		t.Fatal(err)
	}
	lab := labnet.New(t)
	site := lab.Origin([]string{host, beside}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	}))
	lab.Answer(host, labnet.Reply{})
	lab.Answer(beside, labnet.Reply{})
	c := testConfig(t, fmt.Sprintf("upstream: {ca_files: [%q]}\nresolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.CAFile(), lab.DNS()))
	d, at, stop := start(t, c)
	b, o := browser(t, d, at), newOffice(t, d, at)
	passes := func(host string) bool {
		status, body := get(t, b, fmt.Sprintf("https://%s:%d/", host, site.Port()))
		return status == 200 && body == string(page)
	}
	if passes(host) {
		t.Fatal("the copy passes before anything was decided")
	}
	allow := func(body string) {
		t.Helper()
		if status, answer := o.ask(t, "POST", "/incidents/"+o.incidentOf(t, host)+"/decision", body); status != 200 || !passes(host) {
			t.Fatalf("%s: %d %s; the page passes: %v", body, status, answer, passes(host))
		}
		if passes(beside) {
			t.Errorf("%s: %s passes as well", body, beside)
		}
	}
	allow(`{"decision":"allow","for":"15m"}`)
	if err := d.lift(t.Context(), host, ""); err != nil || passes(host) {
		t.Errorf("taken back, and passes; or: %v", err)
	}
	allow(`{"decision":"false_alarm","for":"24h"}`)
	stop()
	d, at, _ = start(t, c)
	b, o = browser(t, d, at), newOffice(t, d, at)
	if !passes(host) {
		t.Error("after a restart it no longer passes")
	}
	if err := d.change(t.Context(), host, "", "", new(time.Now().Add(2*time.Second))); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the changed exception to end", func() bool { return !passes(host) })
	if err := d.change(t.Context(), host, "", "", new(time.Time{})); err != nil || !passes(host) {
		t.Errorf("made to hold again, and does not pass; or: %v", err)
	}
	if err := d.journal.PutException(t.Context(), journal.Exception{Host: host, Kind: journal.ExceptionBlock}); err != nil {
		t.Fatal(err)
	}
	if d.takeUp(t.Context()); passes(host) {
		t.Error("confirmed, and passes")
	}
}

// TestListedStays: what a list file blocks cannot be allowed in the console, also when
// it was confirmed there as well.
func TestListedStays(t *testing.T) {
	list := filepath.Join(t.TempDir(), "block.txt")
	if err := os.WriteFile(list, []byte("# ours\nlisted.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, at, _ := start(t, testConfig(t, fmt.Sprintf("lists: {block: [%q]}", list)))
	o := newOffice(t, d, at)
	for _, host := range []string{"listed.example", "www.listed.example"} {
		id := journal.NewIncident()
		if _, err := d.journal.Record(t.Context(), journal.Event{Host: host, Ground: "blocklist", Action: journal.ActionBlock, Severity: journal.SeverityRed, Incident: id}); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			body   string
			status int
		}{{`{"decision":"allow","for":"15m"}`, 409}, {`{"decision":"confirmed"}`, 200}, {`{"decision":"false_alarm","for":"30d"}`, 409}} {
			status, answer := o.ask(t, "POST", "/incidents/"+id+"/decision", step.body)
			if status != step.status || status == 409 && !strings.Contains(answer, list+":2") {
				t.Errorf("%s, %s: %d %s", host, step.body, status, answer)
			}
		}
	}
}

// TestAllowedSignIn: deciding about a sign-in to a new site lets exactly that pass, at
// once, until the exception ends.
func TestAllowedSignIn(t *testing.T) {
	const host = "parts.example"
	lab := labnet.New(t)
	site := lab.Origin([]string{host}, labnet.Handler())
	lab.Answer(host, labnet.Reply{})
	c := testConfig(t, fmt.Sprintf("upstream: {ca_files: [%q]}\nresolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.CAFile(), lab.DNS()))
	d, at, _ := start(t, c)
	b, o := browser(t, d, at), newOffice(t, d, at)
	u := fmt.Sprintf("https://%s:%d/", host, site.Port())
	passes := func() bool {
		res, err := b.PostForm(u, url.Values{"user": {"bob@foo.example"}, "password": {"whatever12"}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.StatusCode == http.StatusOK
	}
	for _, body := range []string{
		`{"decision":"false_alarm","for":"90d"}`, `{"decision":"allow","for":"15m"}`, `{"decision":"allow","for":"24h"}`, `{"decision":"allow","for":"always"}`,
	} {
		if passes() {
			t.Fatalf("before %s it passes", body)
		}
		if status, answer := o.ask(t, "POST", "/incidents/"+o.incidentOf(t, host)+"/decision", body); status != 200 || !passes() {
			t.Errorf("%s: %d %s, and it does not pass", body, status, answer)
		}
		if status, _ := get(t, b, u); status != http.StatusOK {
			t.Errorf("%s: the page = %d", body, status)
		}
		if err := d.lift(t.Context(), host, ""); err != nil {
			t.Fatal(err)
		}
	}
}
