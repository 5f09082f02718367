package daemon

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestDecisionLayers: what lets a name pass counts below one that was confirmed, for its
// name and its pages; and what lets a confirmed site pass for a while ends with the
// block in force again, over a restart as well.
func TestDecisionLayers(t *testing.T) {
	const above, below, beside = "gadget.example", "www.gadget.example", "two.gadget.example"
	page, err := os.ReadFile(filepath.Join("..", "proxy", "testdata", "copied.html"))
	if err != nil {
		t.Fatal(err)
	}
	lab := labnet.New(t)
	hosts := []string{above, below, beside}
	site := lab.Origin(hosts, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(page)
	}))
	for _, host := range hosts {
		lab.Answer(host, labnet.Reply{})
	}
	lab.Answer(below, labnet.Reply{CNAME: above})
	c := testConfig(t, fmt.Sprintf("upstream: {ca_files: [%q]}\nresolver: {upstreams: [%q]}\negress: {ports: [], allow: [127.0.0.0/8]}", lab.CAFile(), lab.DNS()))
	d, at, stop := start(t, c)
	b, o := browser(t, d, at), newOffice(t, d, at)
	passes := func(host string) bool {
		status, body := get(t, b, fmt.Sprintf("https://%s:%d/", host, site.Port()))
		return status == 200 && body == string(page)
	}
	only := func(step string, want ...string) {
		t.Helper()
		for _, host := range hosts {
			wanted := false
			for _, w := range want {
				wanted = wanted || w == host
			}
			if got := passes(host); got != wanted {
				t.Errorf("%s: %s passes: %v", step, host, got)
			}
		}
	}
	ids := map[string]string{}
	only("before")
	for _, host := range hosts {
		ids[host] = o.incidentOf(t, host)
	}
	decide := func(host, body string) {
		t.Helper()
		if status, answer := o.ask(t, "POST", "/incidents/"+ids[host]+"/decision", body); status != 200 {
			t.Fatalf("%s: %d %s", body, status, answer)
		}
	}
	decide(above, `{"decision":"confirmed"}`)
	only("confirmed")
	decide(below, `{"decision":"allow","for":"always"}`)
	only("the name below is let pass", below)
	decide(above, `{"decision":"allow","for":"15m"}`)
	only("for a while", hosts...)
	decide(beside, `{"decision":"confirmed"}`)
	only("a name below is confirmed", above, below)

	stop()
	d, at, _ = start(t, c)
	b = browser(t, d, at)
	only("after a restart", above, below)
	if err := d.change(t.Context(), above, journal.ExceptionAllow, "", new(time.Now().Add(2*time.Second))); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the permission to end", func() bool { return !passes(above) })
	only("its time is over", below)
	if err := d.lift(t.Context(), beside, ""); err != nil {
		t.Fatal(err)
	}
	only("nothing is said of the name beside, but of the one above", below)
}
