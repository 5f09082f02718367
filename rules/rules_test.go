package rules

import (
	"encoding/json"
	"testing"
)

func TestActionText(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal([]Action{Allow, Warn, Block})
	if err != nil || string(got) != `["allow","warn","block"]` {
		t.Errorf("Marshal = %s, %v", got, err)
	}
	if got := Action(9).String(); got != "action 9" {
		t.Errorf("Action(9) = %q", got)
	}
	if got := List(9).String(); got != "list 9" {
		t.Errorf("List(9) = %q", got)
	}
	if got := NeverList.String(); got != "never" {
		t.Errorf("NeverList = %q", got)
	}
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	for ground, want := range map[Ground]bool{
		Genuine: true, Never: true, Blocklist: false, Allowlist: false, Feed: false, Lookalike: false, Default: false,
	} {
		if got := (Verdict{Ground: ground}).Opaque(); got != want {
			t.Errorf("%s: opaque %v; want %v", ground, got, want)
		}
	}
}
