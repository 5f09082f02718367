package daemon

import (
	"strings"
	"testing"

	"sekisho/private"
)

// TestStacksKept: which program trusts the authority is in the data folder after a stop.
func TestStacksKept(t *testing.T) {
	c := testConfig(t, "")
	d, at, stop := start(t, c)
	get(t, browser(t, d, at), "https://sekisho.internal/")
	stop()
	if text, err := private.Read(d.dir.Stacks(), 4<<10); err != nil || strings.Count(string(text), `"client":"127.0.0.1"`) != 1 {
		t.Errorf("kept %s, %v; want the browser", text, err)
	}
	start(t, c)
}
