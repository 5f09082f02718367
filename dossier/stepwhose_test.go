package dossier

import (
	"testing"

	"sekisho/accounts"
	"sekisho/guard"
)

// TestAmazonsFieldsToAKnownCopy: a page that sends Amazon's own fields to a site which was
// given away already gives itself away too; one that sends it any other sign-in may be a
// shop's that was broken into.
func TestAmazonsFieldsToAKnownCopy(t *testing.T) {
	t.Parallel()
	const page, copy = "quiet-river.example", "first.example"
	for _, test := range []struct {
		what guard.Finding
		want string
	}{{ownSignIn, "hold red sign-in-copy"}, {anySignIn, "pass"}} {
		o := office{t, open(t)}
		o.page(copy, copied)
		if j := o.SubmitFrom(Sender{Document: name(o, page)}, name(o, copy), pc1, test.what, none); j.Do != Hold {
			t.Errorf("amazon %v: the request is judged %q; want hold", test.what.Amazon, verdict(j))
		}
		if got := verdict(o.navigate(page)); got != test.want {
			t.Errorf("amazon %v: its page is judged %q; want %q", test.what.Amazon, got, test.want)
		}
	}
}

// TestWhoGaveAnID: where people sign in, the ID goes round among sites all day; what is
// held there is remembered all the same.
func TestWhoGaveAnID(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	if o.SubmitFrom(Sender{Document: name(o, "github.com")}, name(o, "discord.com"), pc1, anyID, idOnly); o.Lately(pc1) {
		t.Error("a well-known page that sends the ID to a well-known site counts")
	}
	if got := verdict(o.submit("github.com", anySignIn, both)); got != "hold red protected-sign-in" {
		t.Errorf("judged %q", got)
	}
	if !o.Lately(pc1) || o.Lately(pc2) {
		t.Error("who was kept from sending the sign-in is not remembered, or somebody else is")
	}
}

// TestAnotherAccountsStep: the password of one account is not joined with the ID of
// another that was given a step before.
func TestAnotherAccountsStep(t *testing.T) {
	t.Parallel()
	const page, third = "quiet-river.example", "third.example"
	silent := guard.Finding{Act: guard.SignIn, Followed: true}
	for _, from := range []func(o office) Sender{
		func(office) Sender { return Sender{Hidden: true} },
		func(o office) Sender { return Sender{Document: name(o, page)} },
	} {
		for label, want := range map[string]string{"shop": "hold red protected-sign-in", "second": "ask amber protected-password"} {
			o := office{t, open(t)}
			o.SubmitFrom(Sender{Document: name(o, page)}, name(o, "collector.example"), pc1, anyID, idOnly)
			if got := verdict(o.SubmitFrom(from(o), name(o, third), pc1, silent, accounts.Match{Label: label, Password: true})); got != want {
				t.Errorf("%s after the ID of shop, from %v: judged %q; want %q", label, from(o), got, want)
			}
		}
	}
}
