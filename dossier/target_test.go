package dossier

import "testing"

// TestTargetOfWhat: a site is said to imitate Amazon when something about it does, not
// because somebody typed an Amazon sign-in there.
func TestTargetOfWhat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		met  func(o office) Judgement
		want string
	}{
		{"an ordinary shop", func(o office) Judgement { return o.submit("x.example", anySignIn, both) }, ""},
		{"a password used elsewhere", func(o office) Judgement { return o.submit("x.example", anySignIn, passOnly) }, ""},
		{"a sign-in that is asked about", func(o office) Judgement { return o.submit("x.example", anySignIn, none) }, ""},
		{"signs of Amazon", func(o office) Judgement { o.page("x.example", traces); return o.submit("x.example", anySignIn, both) }, target},
		{"found harmless", func(o office) Judgement {
			o.page("x.example", traces)
			o.Pardon(map[string]Pardoned{"x.example": {}})
			return o.submit("x.example", anySignIn, both)
		}, ""},
		{"a copy", func(o office) Judgement { return o.page("x.example", copied) }, target},
	} {
		o := office{t, open(t)}
		o.visit("x.example")
		if j := tt.met(o); j.Do == Pass || j.Target != tt.want {
			t.Errorf("%s: %+v; want target %q", tt.name, j, tt.want)
		}
	}
}
