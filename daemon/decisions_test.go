package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/staff"
)

// office is what the console's API is asked with.
type office struct{ console, token string }

// newOffice adds a token while sekisho runs, as the command does.
func newOffice(t *testing.T, d *Daemon, at Running) office {
	t.Helper()
	people, err := staff.Open(d.dir.Console(), staff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := people.AddToken(fmt.Sprint("test", len(people.Tokens())), staff.Reviewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	o := office{at.Console, token}
	eventually(t, "the token to work", func() bool {
		status, _ := o.ask(t, "GET", "/status", "")
		return status == 200
	})
	return o
}

func (o office) ask(t *testing.T, method, path, body string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+o.console+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	req.Header.Set("Content-Type", "application/json")
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := tr.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// eventually waits for what happens within moments. Its limit decides nothing but
// how long a broken test hangs.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// incidentOf returns the incident of a host.
func (o office) incidentOf(t *testing.T, host string) string {
	t.Helper()
	status, body := o.ask(t, "GET", "/incidents?host="+host, "")
	var list struct{ Incidents []journal.Incident }
	if err := json.Unmarshal([]byte(body), &list); err != nil || status != 200 || len(list.Incidents) == 0 {
		t.Fatalf("incidents of %s: %d %s", host, status, body)
	}
	return list.Incidents[0].ID
}

// TestDecisionsCount: what a reviewer decides holds for the next request, without a
// restart, after one, and beside a reload.
func TestDecisionsCount(t *testing.T) {
	const imitation = "amazon-signin.example"
	lab := labnet.New(t)
	site := lab.Origin([]string{imitation}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "a printer's page")
	}))
	lab.Answer(imitation, labnet.Reply{})
	c := testConfig(t, fmt.Sprintf("upstream: {ca_files: [%q]}\nresolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.CAFile(), lab.DNS()))
	d, at, stop := start(t, c)
	b := browser(t, d, at)
	u := fmt.Sprintf("https://%s:%d/", imitation, site.Port())
	passes := func() bool {
		status, body := get(t, b, u)
		return status == 200 && body == "a printer's page"
	}
	if passes() {
		t.Fatal("the imitation passes before anything was decided")
	}
	o := newOffice(t, d, at)
	decide := func(body string) {
		t.Helper()
		if status, answer := o.ask(t, "POST", "/incidents/"+o.incidentOf(t, imitation)+"/decision", body); status != 200 {
			t.Fatalf("decision %s: %d %s", body, status, answer)
		}
	}
	decide(`{"decision":"false_alarm","for":"always","note":"ours"}`)
	if !passes() {
		t.Error("a false alarm is still stopped")
	}
	if _, body := o.ask(t, "POST", "/check", `{"names":["`+imitation+`"]}`); !strings.Contains(body, `"ground":"allowlist"`) {
		t.Errorf("check after the decision: %s", body)
	}
	if _, err := d.Reload(c); err != nil || !passes() {
		t.Errorf("after a reload the decision is forgotten, or: %v", err)
	}
	stop()
	d, at, stop = start(t, c)
	b, o = browser(t, d, at), newOffice(t, d, at)
	if !passes() {
		t.Error("after a restart the decision is forgotten")
	}
	decide(`{"decision":"confirmed"}`)
	if passes() {
		t.Error("what was confirmed passes")
	}
	if _, body := o.ask(t, "POST", "/check", `{"names":["`+imitation+`"]}`); !strings.Contains(body, `"ground":"blocklist"`) {
		t.Errorf("check after the confirmation: %s", body)
	}
	stop()
}

// TestDecisionsEnd: an exception stops counting when its time is over, by itself.
func TestDecisionsEnd(t *testing.T) {
	c := testConfig(t, "")
	d, at, _ := start(t, c)
	o := newOffice(t, d, at)
	ground := func() string {
		_, body := o.ask(t, "POST", "/check", `{"names":["amazon-signin.example"]}`)
		_, rest, _ := strings.Cut(body, `"ground":"`)
		word, _, _ := strings.Cut(rest, `"`)
		return word
	}
	err := d.journal.PutException(t.Context(), journal.Exception{
		Host: "amazon-signin.example", Kind: journal.ExceptionAllow, By: "test", Until: time.Now().Add(2 * time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.takeUp(t.Context())
	if got := ground(); got != "allowlist" {
		t.Errorf("ground %q while it holds; want allowlist", got)
	}
	eventually(t, "the exception to end", func() bool { return ground() == "lookalike" })
}

// TestDecisionsLifted: what an owner takes back in the console's list no longer counts.
func TestDecisionsLifted(t *testing.T) {
	d, at, _ := start(t, testConfig(t, ""))
	o := newOffice(t, d, at)
	holds := func() bool {
		_, body := o.ask(t, "POST", "/check", `{"names":["amazon-signin.example"]}`)
		return strings.Contains(body, `"ground":"allowlist"`)
	}
	if err := d.journal.PutException(t.Context(), journal.Exception{Host: "amazon-signin.example", Kind: journal.ExceptionAllow}); err != nil {
		t.Fatal(err)
	}
	d.takeUp(t.Context())
	if !holds() {
		t.Fatal("the exception does not count")
	}
	if err := d.lift(t.Context(), "amazon-signin.example", ""); err != nil || holds() {
		t.Errorf("taken back, and still counts, or: %v", err)
	}
	if err := d.lift(t.Context(), "amazon-signin.example", ""); !errors.Is(err, journal.ErrNotFound) {
		t.Errorf("once more: %v", err)
	}
}

// TestDecisionsWhenListsFail: a list file that cannot be read at that moment keeps
// the policy as it is, is said by the health check, and is tried again.
func TestDecisionsWhenListsFail(t *testing.T) {
	list := filepath.Join(t.TempDir(), "block.txt")
	if err := os.WriteFile(list, []byte("listed.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := testConfig(t, fmt.Sprintf("lists: {block: [%q]}", list))
	d, _, _ := start(t, c)
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	before := d.now.Load().policy
	d.takeUp(t.Context())
	if d.now.Load().policy != before || d.decisions.state() == "ok" {
		t.Errorf("another policy is in force, or the state is %q", d.decisions.state())
	}
	wait := d.decisions.next
	if wait.IsZero() || time.Until(wait) > retryDecisions {
		t.Errorf("next try at %v", wait)
	}
	if err := os.WriteFile(list, []byte("listed.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.takeUp(t.Context())
	if d.now.Load().policy == before || d.decisions.state() != "ok" {
		t.Errorf("not taken up; state %q", d.decisions.state())
	}
}

// TestConsoleThroughTheProxy is AC-16: the console cannot be asked through the
// proxy, whoever asks and by whatever name.
func TestConsoleThroughTheProxy(t *testing.T) {
	d, at, _ := start(t, testConfig(t, ""))
	o := newOffice(t, d, at)
	b := browser(t, d, at)
	_, port, _ := strings.Cut(at.Console, ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+":"+port+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+o.token)
		res, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode < 400 && res.StatusCode != http.StatusSeeOther || bytes.Contains(body, []byte(`"events"`)) {
			t.Errorf("%s: %s %.200q", host, res.Status, body)
		}
	}
}
