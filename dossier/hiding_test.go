package dossier

import (
	"testing"

	"sekisho/guard"
)

// TestHiding: what hides among more values than are compared is asked about, once for the
// office, and only where a protected ID is in it or came before.
func TestHiding(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	among, after := guard.Finding{Act: guard.Identify, Hidden: true}, guard.Finding{Hidden: true, Followed: true}
	for how, test := range map[string]struct {
		do   func(o office) Judgement
		want string
	}{
		"with the ID":       {func(o office) Judgement { return o.submit(evil, among, idOnly) }, "ask amber crowded-sign-in"},
		"after the ID":      {func(o office) Judgement { o.submit(evil, anyID, idOnly); return o.submit(evil, after, none) }, "ask amber crowded-sign-in"},
		"nobody's ID":       {func(o office) Judgement { return o.submit(evil, after, none) }, "pass"},
		"with the password": {func(o office) Judgement { return o.submit(evil, among, both) }, "hold red protected-sign-in"},
		"well-known site":   {func(o office) Judgement { return o.submit("github.com", among, idOnly) }, "pass"},
		"gone on": {func(o office) Judgement {
			o.Accepted(name(o, evil), CrowdedSignIn)
			return o.submit(evil, among, idOnly)
		}, "pass"},
		"imitating name": {func(o office) Judgement {
			o.visitAs(evil, Arrival{Name: lookalike})
			return o.submit(evil, among, idOnly)
		}, "ask amber crowded-sign-in"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			if got := verdict(test.do(office{t, open(t)})); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}
