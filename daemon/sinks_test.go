package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/config"
)

// TestSinkProblems holds that what a sink names is looked into whatever else is wrong,
// and said of the right one.
func TestSinkProblems(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("", fmt.Appendf(nil, "sinks: [{name: A b, to: %q}, {name: b, to: %[1]q}, {name: c, to: %q, keep: x}, {name: d, to: 'https://hook.example', secret_file: [k]}]",
		filepath.Join(t.TempDir(), "events.jsonl"), filepath.Join(t.TempDir(), "none", "events.jsonl")))
	if len(config.Problems(err)) != 3 {
		t.Fatal(err)
	}
	_, err = Load(c)
	if problems := config.Problems(err); len(problems) != 1 || problems[0].Path != "sinks[2].to" {
		t.Errorf("Load: %v; want a problem of sinks[2].to", err)
	}
}

// TestSinks has what a name's judgement led to arrive in a file, while another
// sink does not work and the health says so.
func TestSinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "later"), 0o700); err != nil {
		t.Fatal(err)
	}
	yaml := fmt.Sprintf("lists: {block: [bad.example]}\nsinks: [{name: log, to: %q}, {name: away, to: %q}]",
		filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "later", "events.jsonl"))
	c := testConfig(t, yaml)
	if err := os.Remove(filepath.Join(dir, "later")); err == nil {
		_, err = Load(c)
		if problems := config.Problems(err); len(problems) != 1 || problems[0].Path != "sinks[1].to" {
			t.Errorf("Load without the folder: %v; want a problem of sinks[1].to", err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "later"), 0o700); err != nil {
		t.Fatal(err)
	}
	d, at, _ := start(t, c)
	if err := os.Remove(filepath.Join(dir, "later")); err != nil {
		t.Fatal(err)
	}
	m := new(dns.Msg).SetQuestion("bad.example.", dns.TypeA)
	if _, _, err := new(dns.Client).ExchangeContext(t.Context(), m, at.DNS); err != nil {
		t.Fatal(err)
	}
	var text []byte
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		text, _ = os.ReadFile(filepath.Join(dir, "events.jsonl"))
		if len(text) > 0 && d.sinkHealth().State != "ok" {
			break
		}
	}
	if !strings.Contains(string(text), `"host":"bad.example","action":"block","severity":"red"`) {
		t.Errorf("the file has %q", text)
	}
	if state := d.sinkHealth().State; !strings.HasPrefix(state, "away has failed since ") || !strings.HasSuffix(state, ", 1 events wait") || strings.Contains(state, dir) {
		t.Errorf("health: %q", state)
	}

	changed := c
	changed.Sinks = slices.Clone(c.Sinks[:1])
	changed.Sinks[0].Severity = "red"
	if needRestart, err := d.Reload(changed); err != nil || !slices.Equal(needRestart, []string{"sinks"}) {
		t.Errorf("Reload: %q, %v; want that sinks need a restart", needRestart, err)
	}
	if needRestart, err := d.Reload(d.now.Load().config); err == nil && len(needRestart) > 0 {
		t.Errorf("Reload of what is in force: %q", needRestart)
	}
}
