package dossier

// evidence is a set of what is known when a judgement is made, one bit each.
type evidence uint64

const (
	// What speaks for the site. More of these may soften a judgement.

	genuine       evidence = 1 << iota // Amazon's own
	pardoned                           // somebody said that it is a false alarm
	wellKnown                          // built-in list, or credentials.familiar
	goneOn                             // credentials passed there before
	inUse                              // the same, and the site was known here a day ago already
	reuseAccepted                      // a person went on with a protected password
	idAccepted                         // a person went on with a protected ID
	askProtected                       // credentials.ask: protected

	// What speaks against it. More of these never soften a judgement.

	askAlways     // credentials.ask: always
	givenAway     // it was recognised before
	passedThrough // Amazon's genuine pages come from it
	guessing      // ten other passwords for a protected ID in an hour
	pageCopy      // what was just read is a copy
	pageSuspect   // what was just read resembles the sign-in, short of the line
	siteCopy      // the signs gathered of the site make a copy
	siteSuspect   // they resemble the sign-in
	siteTraces    // they are some sign of Amazon
	hasDocument   // a document of the site was opened, which a host of scripts has none of
	nameWarned    // the name imitates Amazon
	circumstances // new here, from a mail, on free hosting or a bare address: all three
	formHost      // anybody's forms
	metImitation  // the client met an imitation within ten minutes
	metLately     // or within the hour, and the site is new here
	heldHere      // a protected sign-in, or one with Amazon's fields, was held on its way there

	// What a request carries.

	credential  // any: an ID, a password, a code
	signIn      // a password, to sign in with
	code        // a one-time code
	ownFields   // Amazon's own sign-in fields
	ourID       // the ID of a protected account, now or a step before
	ourPassword // its password
	firstStep   // an ID alone, and the page asks for one as Amazon's first step does

	crowded // more passwords than a form has: some were not compared
	hiding  // more values like a person's passwords than were compared
	trying  // one more value beside a protected ID, of too many in an hour

	opaque // a body that could not be read
	bomb   // one that was not read to its end, and such as only hides what lies behind

	endOfEvidence
)

// softening is the evidence that speaks for a site.
const softening = genuine | pardoned | wellKnown | goneOn | inUse | reuseAccepted | idAccepted | askProtected

// has reports whether e holds all of x.
func (e evidence) has(x evidence) bool { return e&x == x }

// when returns x if the condition holds, else nothing.
func (x evidence) when(condition bool) evidence {
	if condition {
		return x
	}
	return 0
}
