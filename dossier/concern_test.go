package dossier

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
	"sekisho/guard"
)

// TestConcerns: values are compared with the accounts whose IDs came before or whose
// sign-in was held, and with all where that is not known or the site has signs of Amazon.
func TestConcerns(t *testing.T) {
	t.Parallel()
	const host, elsewhere = "quiet-river.example", "deep-lake.example"
	shop, mall := idOnly, accounts.Match{Label: "mall", ID: true}
	for how, test := range map[string]struct {
		past func(o office)
		want []string
		all  bool
	}{
		"nothing":            {func(office) {}, nil, false},
		"an ID before":       {func(o office) { o.submit(host, anyID, shop) }, []string{"shop"}, false},
		"two IDs before":     {func(o office) { o.submit(host, anyID, shop); o.submit(host, anyID, mall) }, []string{"mall", "shop"}, false},
		"an ID long before":  {func(o office) { o.submit(host, anyID, shop); time.Sleep(stepFor) }, nil, false},
		"a sign-in was held": {func(o office) { o.submit(host, anySignIn, both); time.Sleep(stepFor) }, []string{"shop"}, false},
		"two were held": {func(o office) {
			o.submit(host, anySignIn, both)
			o.submit(host, anySignIn, accounts.Match{Label: "mall", ID: true, Password: true})
			time.Sleep(stepFor)
		}, []string{"mall", "shop"}, false},
		"held a day ago":   {func(o office) { o.submit(host, anySignIn, both); time.Sleep(heldFor) }, nil, false},
		"Amazon's fields":  {func(o office) { o.submit(host, ownSignIn, none) }, nil, true},
		"a suspect page":   {func(o office) { o.page(host, suspect); o.submit(host, anyID, shop) }, []string{"shop"}, true},
		"pardoned for it":  {func(o office) { o.page(host, suspect); o.pardon(host) }, nil, false},
		"nobody's sign-in": {func(o office) { o.submit(host, anySignIn, none) }, nil, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := office{t, open(t)}
			test.past(o)
			c := o.Concerns(Sender{}, name(t, host), pc1)
			slices.Sort(c.Labels)
			if !slices.Equal(c.Labels, test.want) || c.All != test.all {
				t.Errorf("%s: %+v; want %v, %v", how, c, test.want, test.all)
			}
			if from := o.Concerns(Sender{Document: name(t, host)}, name(t, elsewhere), pc1); how != "a suspect page" && (len(from.Labels) != len(c.Labels) || from.All != c.All) {
				t.Errorf("%s, from its page to another site: %+v; want %+v", how, from, c)
			}
		})
	}
}

// TestJoinOverOthers: the ID of an account and its password are joined over the IDs of
// others in between.
func TestJoinOverOthers(t *testing.T) {
	t.Parallel()
	const host = "quiet-river.example"
	o := office{t, open(t)}
	o.submit(host, anyID, idOnly)
	for i := range maxConcerned - 1 {
		o.submit(host, anyID, accounts.Match{Label: string(rune('a' + i)), ID: true})
	}
	if got := verdict(o.submit(host, guard.Finding{Act: guard.SignIn}, passOnly)); got != "hold red protected-sign-in" {
		t.Errorf("judged %q; want the sign-in held", got)
	}
}
