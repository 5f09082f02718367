package rules

import (
	"os"
	"strings"
	"testing"

	"sekisho/hostname"
)

func TestNE18Verdicts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := NewBuilder().Build()
	seen := map[string]int{}
	line := 0
	for l := range strings.Lines(string(text)) {
		line++
		f := strings.Fields(l)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if first := seen[f[0]]; first > 0 {
			t.Errorf("line %d: %s is on line %d already", line, f[0], first)
		}
		seen[f[0]] = line
		n, err := hostname.Parse(f[0])
		if err != nil {
			t.Errorf("line %d: %v", line, err)
			continue
		}
		v := p.Decide(n)
		got := strings.TrimSpace(v.Action.String() + " " + string(v.Ground) + " " + v.Technique)
		if want := strings.Join(f[1:], " "); got != want {
			t.Errorf("line %d: %s is %s (score %.2f, %s); want %s", line, f[0], got, v.Score, v.Detail, want)
		}
		checkShape(t, f[0], v)
	}
	if len(seen) < 300 {
		t.Errorf("verdicts.txt has %d names; want 300 or more", len(seen))
	}
}

// checkShape holds what must be so for every verdict.
func checkShape(t *testing.T, host string, v Verdict) {
	t.Helper()
	lookalike := v.Ground == Lookalike
	if lookalike != (v.Technique != "") || lookalike != (v.Target != "") || lookalike != (v.Score > 0) {
		t.Errorf("%s: technique %q, target %q and score %v on ground %s", host, v.Technique, v.Target, v.Score, v.Ground)
	}
	if (v.Detail == "") != (v.Ground == Default) {
		t.Errorf("%s: detail %q on ground %s", host, v.Detail, v.Ground)
	}
	if strings.ContainsAny(v.Detail, "~+") || strings.HasSuffix(v.Detail, ".") {
		t.Errorf("%s: detail %q is no part of a sentence", host, v.Detail)
	}
	verb := map[Action]string{Block: "imitates ", Warn: "resembles "}[v.Action]
	if lookalike && !strings.HasPrefix(v.Detail, verb+v.Target+": ") || !lookalike && v.Detail != "" && !strings.HasPrefix(v.Detail, "is ") {
		t.Errorf("%s: detail %q of a %s", host, v.Detail, v.Action)
	}
	if v.Target != "" && !IsGenuine(mustParse(t, v.Target)) {
		t.Errorf("%s: target %q is not genuine", host, v.Target)
	}
	if v.Opaque() && v.Action != Allow {
		t.Errorf("%s: opaque, and yet %s", host, v.Action)
	}
	if (v.Action != Allow) != (lookalike || v.Ground == Blocklist || v.Ground == Feed) {
		t.Errorf("%s: %s on ground %s", host, v.Action, v.Ground)
	}
}

// Whatever verdicts.txt blocks stays blocked below any innocent label.
func TestSubdomainsOfVerdicts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := NewBuilder().Build()
	for l := range strings.Lines(string(text)) {
		f := strings.Fields(l)
		if len(f) < 3 || f[1] != "block" {
			continue
		}
		for _, label := range innocent {
			n := mustParse(t, label+"."+f[0])
			if v := p.Decide(n); v.Action != Block {
				t.Errorf("%s is blocked, but %s is %+v", f[0], n, v)
			}
		}
	}
}
