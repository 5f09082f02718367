package interstitial

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// wantForms returns the action of each form that d has, and the names of what
// it sends.
func wantForms(d document) map[string][]string {
	want := map[string][]string{}
	switch d := d.(type) {
	case Warning:
		if d.Frame {
			break
		}
		if p := d.Proceed; p != nil && (d.Severity == "amber" || p.Confirm) {
			want[p.Action] = []string{"token"}
			if p.Confirm {
				want[p.Action] = []string{"token", "host"}
			}
		}
		if d.Appeal != nil {
			want[d.Appeal.Action] = []string{"token", "reason"}
		}
	case DrillImitation:
		want["/ap/signin"] = []string{"appActionToken", "appAction", "subPageType", "email", "password"}
	case DrillForm:
		want["/sign-in"] = []string{"email", "password"}
	}
	return want
}

// Forms are there only where they are asked for, send what they should, and the
// policy lets exactly those pages send one.
func TestForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ Lang, d document) {
		want := wantForms(d)
		doc := parse(t, mustRender(t, d))
		h := http.Header{}
		d.SetHeaders(h)
		_, dead := d.(DrillImitation)
		if got := strings.Contains(h.Get("Content-Security-Policy"), "form-action 'self'"); got != (len(want) > 0 && !dead) {
			t.Errorf("policy allows forms: %v; want %v", got, !got)
		}
		controls := 0
		for _, f := range elements(doc, atom.Form) {
			names, ok := want[attr(f, "action")]
			if !ok || attr(f, "method") != "post" {
				t.Errorf("form goes by %q to %q", attr(f, "method"), attr(f, "action"))
			}
			delete(want, attr(f, "action"))
			var got []string
			for _, in := range elements(f, atom.Input, atom.Textarea) {
				got = append(got, attr(in, "name"))
				if has(in, "disabled") != dead {
					t.Errorf("disabled: %v; want %v: %v", !dead, dead, in.Attr)
				}
				if attr(in, "name") == "token" && (attr(in, "type") != "hidden" || attr(in, "value") == "") {
					t.Errorf("token is %v", in.Attr)
				}
				if attr(in, "type") != "hidden" && attr(in, "maxlength") == "" {
					t.Errorf("%v has no bound", in.Attr)
				}
			}
			if !slices.Equal(got, names) {
				t.Errorf("form to %q sends %q; want %q", attr(f, "action"), got, names)
			}
			buttons := elements(f, atom.Button)
			if len(buttons) != 1 || text(buttons[0]) == "" || attr(buttons[0], "type") != "submit" {
				t.Errorf("want one submit button with text; got %d buttons", len(buttons))
			}
			controls += len(got) + len(buttons)
			checkLabels(t, f)
		}
		if len(want) > 0 {
			t.Errorf("forms missing: %v", want)
		}
		if n := len(elements(doc, atom.Input, atom.Textarea, atom.Button)); n != controls {
			t.Errorf("%d controls outside forms", n-controls)
		}
	})
	red := imitation(Japanese)
	red.Proceed = asking(Japanese).Proceed
	if bytes.Contains(mustRender(t, red), []byte("<form")) {
		t.Error("a red warning offers to go on with one click")
	}
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// checkLabels fails unless each box of f has a label of its own.
func checkLabels(t *testing.T, f *html.Node) {
	t.Helper()
	labels := map[string]string{}
	for _, l := range elements(f, atom.Label) {
		labels[attr(l, "for")] = text(l)
	}
	for _, in := range elements(f, atom.Input, atom.Textarea) {
		if attr(in, "type") != "hidden" && labels[attr(in, "id")] == "" {
			t.Errorf("no label for %v", in.Attr)
		}
	}
}
