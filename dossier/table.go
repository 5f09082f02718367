package dossier

import (
	"strings"
)

// act is what is being judged; a set of them in a row.
type act uint8

const (
	navigate act = 1 << iota // a request of any kind, before it is sent on
	page                     // a document was read, and is not shown yet
	script                   // a script or data was read for a document that is shown
	submit                   // a request that carries credentials, before it is sent on

	anyAct = navigate | page | script | submit
)

// row says: in these acts, with all of this evidence and none of that, do so.
type row struct {
	acts      act
	with      evidence
	without   evidence
	do        Do
	severity  string
	technique string
	detail    string
}

// table is asked from top to bottom, and the first row that matches decides.
// Below the first row it goes from the strictest to the mildest, so that more
// evidence against a site never softens a judgement; only evidence that
// speaks for the site stands in "without". TestTableOrder holds it to that.
//
// What somebody decided in the console, pardoned, excuses everything but what the
// console says is held all the same: a protected account's sign-in or password,
// Amazon's own fields, and a site that guesses since. TestEveryRowDecided holds it to that.
var table = []row{
	{anyAct, genuine, 0, Pass, "", "", "Amazon's own"},

	{anyAct, guessing, 0, Hold, red, guessOracle, "the site tries passwords of a protected account"},
	{submit, trying, 0, Hold, red, guessOracle, OneTooMany},
	{submit, ourID | ourPassword, 0, Hold, red, ProtectedSignIn, "the sign-in of a protected account, to a site that is not Amazon"},
	{submit, ourID | crowded, 0, Hold, red, CrowdedSignIn, "the ID of a protected account, with more passwords than a form has"},
	{submit, credential | ownFields, 0, Hold, red, amazonFields, "the fields of Amazon's own sign-in, to a site that is not Amazon"},

	{anyAct, givenAway | passedThrough, pardoned | wellKnown, Hold, red, signInRelay, "the site passes Amazon's own pages through"},
	{anyAct, givenAway, pardoned | wellKnown, Hold, red, signInCopy, "the site showed a copy of Amazon's sign-in"},
	{page, pageCopy | passedThrough, pardoned, Hold, red, signInRelay, "the page is Amazon's own, passed through another site"},
	{page, pageCopy, pardoned, Hold, red, signInCopy, "the page is a copy of Amazon's sign-in"},
	{page | script, siteCopy | hasDocument, pardoned | wellKnown, Hold, red, signInCopy, "pages and scripts of the site together are a copy of Amazon's sign-in"},
	{page | script, passedThrough | hasDocument, pardoned | wellKnown, Hold, red, signInRelay, "the site passes Amazon's own pages through"},
	{page, pageSuspect | nameWarned, pardoned, Hold, red, signInCopy, "a name that imitates Amazon, and a form under Amazon's name"},
	{submit, credential | siteCopy, pardoned | wellKnown, Hold, red, signInCopy, "a credential, to a site with the signs of Amazon's sign-in"},
	{submit, opaque | siteCopy, pardoned | wellKnown, Hold, red, signInCopy, "what cannot be read, to a site with the signs of Amazon's sign-in"},
	{submit, credential | passedThrough, pardoned | wellKnown, Hold, red, signInRelay, "a credential, to a site that passes Amazon's own pages through"},
	{submit, signIn | siteSuspect | nameWarned, pardoned | wellKnown, Hold, red, signInCopy, "a sign-in, under a name and on a page that imitate Amazon"},
	{submit, code | siteSuspect | nameWarned, pardoned | wellKnown, Hold, red, oneTimeCode, "a one-time code, under a name and on a page that imitate Amazon"},
	{submit, credential | formHost | metImitation, pardoned | wellKnown, Hold, red, signInCopy, "a credential, to a place where anybody puts up forms, within ten minutes of a copy of Amazon's sign-in"},
	{submit, code | metImitation, pardoned | wellKnown | inUse, Hold, red, oneTimeCode, "a one-time code, within ten minutes of a copy of Amazon's sign-in"},
	{submit, code | metLately, pardoned | wellKnown | goneOn, Hold, red, oneTimeCode, "a one-time code, within an hour of a copy of Amazon's sign-in, to a site that is new here"},
	{submit, ourPassword | siteTraces, wellKnown, Hold, red, ProtectedPassword, "the password of a protected account, to a site with signs of Amazon"},
	{submit, ourPassword | nameWarned, wellKnown, Hold, red, ProtectedPassword, "the password of a protected account, under a name that imitates Amazon"},
	{submit, ourPassword | heldHere, wellKnown, Hold, red, ProtectedPassword, "the password of a protected account, to a site that a sign-in was held from before"},

	{submit, ourPassword, reuseAccepted, Ask, amber, ProtectedPassword, UsedElsewhere},
	{submit, ourID | hiding, pardoned | wellKnown | idAccepted, Ask, amber, CrowdedSignIn, "the ID of a protected account, among more values like passwords than can be compared"},
	{submit, ourID | siteSuspect | firstStep, pardoned | wellKnown | idAccepted, Ask, amber, ProtectedID, "the ID of a protected account, to a site that names Amazon and asks for a sign-in"},
	{submit, ourID | nameWarned, pardoned | wellKnown | idAccepted, Ask, amber, ProtectedID, "the ID of a protected account, under a name that imitates Amazon"},
	{page, pageSuspect | circumstances, pardoned | wellKnown | goneOn | askProtected, Ask, amber, signInCopy, "a form under Amazon's name, on a site that nothing speaks for"},
	{submit, signIn | siteSuspect, pardoned | wellKnown | goneOn | askProtected, Ask, amber, signInCopy, "a sign-in, to a site that names Amazon"},
	{submit, code | heldHere, pardoned | wellKnown | goneOn, Ask, amber, oneTimeCode, "a one-time code, to a site that a sign-in was held from before"},
	{submit, opaque | heldHere, pardoned | wellKnown | goneOn, Ask, amber, unreadableRequest, "what cannot be read, to a site that a sign-in was held from before"},
	{submit, opaque | siteSuspect, pardoned | wellKnown | goneOn | askProtected, Ask, amber, signInCopy, "what cannot be read, to a site that names Amazon and asks for a sign-in"},
	{submit, opaque | nameWarned, pardoned | wellKnown | goneOn | askProtected, Ask, amber, unreadableRequest, "what cannot be read, under a name that imitates Amazon"},
	{submit, bomb, pardoned | wellKnown | goneOn, Ask, amber, unreadableRequest, "what cannot be read to its end, to a site that is new here"},
	{submit, signIn | nameWarned, pardoned | wellKnown | goneOn | askProtected, Ask, amber, unfamiliarSignIn, "a sign-in, under a name that imitates Amazon"},
	{submit, signIn | askAlways, pardoned, Ask, amber, unfamiliarSignIn, "a sign-in; every one is asked about"},
	{submit, signIn | heldHere, pardoned | wellKnown | goneOn | askProtected, Ask, amber, unfamiliarSignIn, "a sign-in, to a site that one was held from before"},
	{submit, signIn | formHost, pardoned | askProtected, Ask, amber, unfamiliarSignIn, "a sign-in, to a place where anybody puts up forms"},
	{submit, signIn, pardoned | wellKnown | goneOn | askProtected, Ask, amber, unfamiliarSignIn, NewHere},

	{anyAct, 0, 0, Pass, "", "", "nothing speaks against it"},
}

// decide returns the row for one act with evidence e. The last row matches
// everything.
func decide(a act, e evidence) *row {
	for i := range table {
		r := &table[i]
		if r.acts&a != 0 && e.has(r.with) && e&r.without == 0 {
			return r
		}
	}
	return &table[len(table)-1]
}

// String names the acts of a.
func (a act) String() string {
	if a == anyAct {
		return "any"
	}
	var names []string
	for i, name := range []string{"navigate", "page", "script", "submit"} {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
