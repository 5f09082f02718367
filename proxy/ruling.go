package proxy

import (
	"time"

	"sekisho/dossier"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
)

// ruling is why a request or an answer does not simply pass, whichever judge
// says so: the policy about a name, or the dossier about a page or about what
// a request carries.
type ruling struct {
	door, action, severity    string
	ground, technique, target string
	detail                    string
	score                     float64
	signs, fields             []string
	account                   string

	// What the warning says besides.
	firstSeen time.Time     // when the site was first opened from here; zero: never before
	certAge   time.Duration // zero: unknown
	fromMail  bool          // the visitor came by a link in a mail
	entered   bool          // something was entered there earlier
	sent      bool          // part of what was entered is at the site already
	maybe     bool          // something that may have been entered is
	shown     bool          // part of the site was on the screen already
}

// Grounds of rulings that no name gave, beside those of package rules.
const (
	groundPage        = "page"        // what the site shows
	groundCredentials = "credentials" // what a request carries
	groundDrill       = "drill"       // sekisho's own exercise, whatever it was
)

// byName is the ruling of a policy's verdict.
func byName(v rules.Verdict) ruling {
	r := ruling{
		door: journal.DoorProxy, action: v.Action.String(), severity: journal.SeverityAmber,
		ground: string(v.Ground), technique: v.Technique, target: v.Target, detail: v.Detail, score: v.Score,
	}
	if v.Action == rules.Block {
		r.severity = journal.SeverityRed
	}
	return r
}

// byPage is the ruling on a site that was given away by what it shows.
func byPage(j dossier.Judgement) ruling {
	r := judged(j)
	r.door, r.action, r.ground = journal.DoorPage, journal.ActionBlock, groundPage
	if r.amber() {
		r.action = journal.ActionWarn
	}
	return r
}

// bySubmit is the ruling on a request by what it carries.
func bySubmit(j dossier.Judgement) ruling {
	r := judged(j)
	r.door, r.action, r.ground = journal.DoorGuard, journal.ActionHold, groundCredentials
	return r
}

func judged(j dossier.Judgement) ruling {
	return ruling{
		severity: j.Severity, technique: j.Technique, target: j.Target, detail: j.Detail, score: j.Score,
		signs: j.Signs, fields: j.Fields, account: j.Account,
		firstSeen: j.FirstSeen, certAge: j.CertAge, fromMail: j.FromMail, entered: j.EnteredEarlier,
	}
}

// event is what the journal keeps of r. sent is nil when it does not apply.
func (r *ruling) event(v *visit, sent *bool, incident string) journal.Event {
	e := journal.Event{
		Door: r.door, Client: v.client.String(), Host: v.target.name.String(), Action: r.action, Severity: r.severity,
		Ground: r.ground, Technique: r.technique, Target: r.target, Score: r.score, Detail: r.detail,
		Signs: r.signs, Fields: r.fields, Account: r.account, Sent: sent, Incident: incident,
	}
	if v.target.drill() {
		e.Ground = groundDrill
	}
	return e
}

// amber reports whether a person may go on with one click.
func (r *ruling) amber() bool { return r.severity != journal.SeverityRed }

// kind is what leaves and incidents tell rulings apart by.
func (r *ruling) kind() rulingKind {
	switch {
	case !r.amber() && r.door == journal.DoorGuard:
		return kindCredential
	case !r.amber() && r.door == journal.DoorProxy:
		return kindRedName
	case !r.amber():
		return kindRed
	case r.door == journal.DoorProxy:
		return kindName
	case r.door == journal.DoorGuard && r.technique == dossier.ProtectedPassword:
		return kindReuse
	case r.door == journal.DoorGuard && (r.technique == dossier.ProtectedID || r.technique == dossier.CrowdedSignIn):
		return kindID
	}
	return kindAsk
}

type rulingKind uint8

const (
	kindName rulingKind = iota // a name that resembles Amazon's
	kindAsk                    // a page that resembles Amazon's, or a sign-in to a site not known here
	kindRed
	// kindRedName is apart from kindRed: whoever insists on opening a site has not
	// seen yet what it shows.
	kindRedName
	// kindCredential is apart from kindRed: whoever insists on seeing a page has
	// not said that the shop's password may go there.
	kindCredential
	// kindReuse and kindID are apart from kindAsk: whoever goes on to a page, or to a
	// sign-in of another kind, has not said so of the protected password, or ID.
	kindReuse
	kindID
)

// office reports whether going on past a ruling of this kind is for everybody.
func (k rulingKind) office() bool { return k == kindAsk || k == kindReuse || k == kindID }

// newFor is how long a site counts as opened for the first time: the visit that
// is judged has been noted by then.
const newFor = 10 * time.Minute

// warning is the page for r, or the problem document, for the site v leads to.
// The caller adds the language and what only the incident knows.
func (r *ruling) warning(v *visit, sellerCentral string) interstitial.Warning {
	sent := r.sent
	w := interstitial.Warning{
		Severity: r.severity, Door: r.door, Host: v.target.name, Target: r.target, SellerCentral: sellerCentral,
		Ground: r.ground, Technique: r.technique, Detail: r.detail,
		Signs: r.signs, Fields: r.fields, Account: r.account, Sent: &sent, EnteredEarlier: r.entered,
		Shown: r.shown, CertAge: r.certAge, FromMail: r.fromMail,
		Client: v.client.String(), Drill: v.target.drill(),
	}
	if r.door == journal.DoorPage && r.maybe && !r.sent {
		w.Sent = nil
	}
	if r.door != journal.DoorProxy { // of a name alone nothing was remembered
		w.FirstSeen = r.firstSeen
		w.FirstVisit = r.firstSeen.IsZero() || time.Since(r.firstSeen) < newFor
	}
	return w
}
