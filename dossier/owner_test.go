package dossier

import "testing"

// TestAcceptedAlone: going on past one question is an answer to that one, and what
// the name says counts ahead of any page.
func TestAcceptedAlone(t *testing.T) {
	t.Parallel()
	const evil = "quiet-river.example"
	for _, test := range []struct {
		name string
		last func(o office) Judgement
		want string
	}{
		{"protected password, asked about, then something else passes", func(o office) Judgement {
			o.submit(evil, anySignIn, passOnly)
			o.Passed(name(o, evil))
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"protected password, where somebody went on past another question", func(o office) Judgement {
			o.submit(evil, anySignIn, passOnly)
			o.Accepted(name(o, evil), unfamiliarSignIn)
			return o.submit(evil, anySignIn, passOnly)
		}, "ask amber protected-password"},
		{"unreadable, imitating name", func(o office) Judgement {
			o.Named(name(o, evil), lookalike)
			return o.submit(evil, unreadable, none)
		}, "ask amber unreadable-request"},
		{"unreadable, elsewhere", func(o office) Judgement { return o.submit(evil, unreadable, none) }, "pass"},
		{"protected ID, imitating name, before any page", func(o office) Judgement {
			o.Named(name(o, evil), lookalike)
			return o.submit(evil, anyID, idOnly)
		}, "ask amber protected-id"},
		{"protected ID, imitating name, gone on for another reason", func(o office) Judgement {
			o.Named(name(o, evil), lookalike)
			o.Accepted(name(o, evil), unfamiliarSignIn)
			return o.submit(evil, anyID, idOnly)
		}, "ask amber protected-id"},
		{"protected ID, imitating name, gone on", func(o office) Judgement {
			o.Named(name(o, evil), lookalike)
			o.Accepted(name(o, evil), ProtectedID)
			return o.submit(evil, anyID, idOnly)
		}, "pass"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := verdict(test.last(office{t, open(t)})); got != test.want {
				t.Errorf("judged %q; want %q", got, test.want)
			}
		})
	}
}
