package rules

import (
	"strings"
	"testing"

	"sekisho/hostname"
)

// TestBrokenALabel: an A-label that encodes nothing is judged, and told of, as its letters.
// It is never genuine for what it seems to encode, and lists can have it.
func TestBrokenALabel(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	b.Add(DecidedAllow, "xn--amazon-kxd.example", "test", 0)
	p := b.Build()
	for name, want := range map[string]struct {
		ground Ground
		detail string
	}{
		"xn--amazon-gf0c.example": {Lookalike, "amazon is joined to xn and gf0c"},
		"xn--amazon-.com":         {Lookalike, "amazon is joined to xn"},
		"xn--amazon-kxd.example":  {Allowlist, "xn--amazon-kxd.example"},
		"xn--a.amazon.com":        {Genuine, "amazon.com"},
	} {
		var wire []byte
		for label := range strings.SplitSeq(name, ".") {
			wire = append(append(wire, byte(len(label))), label...)
		}
		n, _, err := hostname.FromWire(append(wire, 0))
		if err != nil {
			t.Fatal(err)
		}
		if v := p.Decide(n); v.Ground != want.ground || !strings.Contains(v.Detail, want.detail) {
			t.Errorf("%s: %s, %q; want %s, %q", name, v.Ground, v.Detail, want.ground, want.detail)
		}
	}
}
