package dossier

import "time"

// Do is what a judgement asks for. The zero value is Pass.
type Do uint8

const (
	// Pass: let it through.
	Pass Do = iota
	// Ask: stop it, and let the person go on with one deliberate click.
	Ask
	// Hold: stop it; going on needs the owner.
	Hold
)

// String returns "pass", "ask" or "hold".
func (d Do) String() string {
	switch d {
	case Ask:
		return "ask"
	case Hold:
		return "hold"
	}
	return "pass"
}

// The severities, spelled as in the journal.
const (
	red   = "red"
	amber = "amber"
)

// The techniques, spelled as in the journal. The exported ones are those that a
// person is asked about apart from others.
const (
	signInCopy        = "sign-in-copy"
	signInRelay       = "sign-in-relay"
	ProtectedSignIn   = "protected-sign-in"
	ProtectedPassword = "protected-password"
	ProtectedID       = "protected-id"    // the ID, without the password
	CrowdedSignIn     = "crowded-sign-in" // the ID, among more than could be compared
	amazonFields      = "amazon-fields"
	oneTimeCode       = "one-time-code"
	unfamiliarSignIn  = "unfamiliar-sign-in"
	unreadableRequest = "unreadable-request"
	guessOracle       = "guess-oracle"
)

// OneTooMany is the detail of a request that is one guess too many, where nobody can say
// that its site guesses, and nothing else of the site is held.
const OneTooMany = "one value too many beside the ID of a protected account"

// NewHere is the detail of a sign-in that is asked about for no other reason.
const NewHere = "a sign-in, to a site that is new here"

// UsedElsewhere is the detail of a protected account's password that goes to a site of
// which somebody said that it is that site's too.
const UsedElsewhere = "the password of a protected account, used elsewhere"

// Judgement is the answer, with what a page or the journal says of it. It
// holds no part of what was typed. The slices are the caller's.
type Judgement struct {
	Do        Do
	Severity  string // "red", "amber", or "" when it passes
	Technique string
	Target    string // the Amazon host that is imitated; "" when the site imitates none
	Detail    string // the row's reason, a fragment of a sentence in English
	Score     float64
	Signs     []string // seen on the site, by their names in imitation and guard
	Fields    []string // of the request, by name
	Account   string   // the label of the protected account

	FirstSeen time.Time     // since when the site is known here; zero: not before now
	CertAge   time.Duration // of the certificate seen last; 0: not known
	FromMail  bool          // reached by a link in a mail, not long ago
	// EnteredEarlier: this client sent the site a sign-in that passed, before
	// the site was known for what it is. It is not set where a protected password is
	// held: none that passed was that account's, as far as it could be compared.
	EnteredEarlier bool
	// IDEarlier: the ID that belongs to the protected password which is held went
	// before, as the first of two steps.
	IDEarlier bool
}
