package dossier

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestCodeOfDailyUse: within ten minutes of a copy elsewhere a one-time code goes to a site
// that was in use before that day; not to one that somebody went on to meanwhile, to one
// whose name imitates Amazon, or to the webhook that a page new here sends it to.
func TestCodeOfDailyUse(t *testing.T) {
	t.Parallel()
	const tool, evil = "daily-tool.example", "fresh.example"
	for _, test := range []struct {
		name string
		past func(o office)
		act  func(o office) Judgement
		want string
	}{
		{"used for days", func(o office) { o.visit(tool); o.Passed(name(o, tool)); time.Sleep(25 * time.Hour) }, nil, "pass"},
		{"used for days, suspect", func(o office) {
			o.visit(tool)
			o.Passed(name(o, tool))
			time.Sleep(25 * time.Hour)
			o.page(tool, suspect)
		}, nil, "pass"},
		{"used for days, a copy now", func(o office) {
			o.visit(tool)
			o.Passed(name(o, tool))
			time.Sleep(25 * time.Hour)
			o.page(tool, copied)
		}, nil, "hold red sign-in-copy"},
		{"gone on to today", func(o office) { o.visit(tool); o.Passed(name(o, tool)) }, nil, "hold red one-time-code"},
		{"only seen for days", func(o office) { o.visit(tool); time.Sleep(25 * time.Hour) }, nil, "hold red one-time-code"},
		{"imitating name", func(o office) {
			o.visitAs(tool, Arrival{Name: lookalike})
			o.Passed(name(o, tool))
			time.Sleep(25 * time.Hour)
		}, nil, "hold red one-time-code"},
		{"by a page that is new", func(o office) { o.visit(tool); o.Passed(name(o, tool)); time.Sleep(25 * time.Hour) }, func(o office) Judgement {
			return o.SubmitFrom(Sender{Document: name(o, evil)}, name(o, tool), pc1, anyCode, none)
		}, "hold red one-time-code"},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := office{t, open(t)}
			test.past(o)
			o.page("elsewhere.example", copied)
			act := test.act
			if act == nil {
				act = func(o office) Judgement { return o.submit(tool, anyCode, none) }
			}
			if got := verdict(act(o)); got != test.want {
				t.Errorf("%s: %q; want %q", test.name, got, test.want)
			}
		})
	}
}
