package daemon

import (
	"os"
	"path/filepath"
	"testing"

	"sekisho/hostname"
	"sekisho/rules"
)

// TestListedNamesOfTheDNS holds that a name that is one in the DNS alone, as the journal
// shows it, can be listed in the configuration as well as in a file.
func TestListedNamesOfTheDNS(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "block.txt")
	if err := os.WriteFile(file, []byte("xn--a.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for entry, listed := range map[string][]string{"file": {file}, "name": {"xn--a.example"}, "pattern": {"*.XN--a.example."}} {
		c := testConfig(t, "")
		c.Lists.Block = listed
		l, err := Load(c)
		if err != nil || len(l.Notes) > 0 {
			t.Errorf("%s: %v, notes %v", entry, err, l)
			continue
		}
		n, err := hostname.ParseAsked("www.xn--a.example")
		if v := l.Policy.Decide(n); err != nil || v.Action != rules.Block || v.Ground != rules.Blocklist {
			t.Errorf("%s: %+v, %v; want it blocked by the list", entry, v, err)
		}
	}
}
