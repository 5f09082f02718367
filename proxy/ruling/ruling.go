package ruling

import (
	"net/netip"
	"time"

	"sekisho/dossier"
	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
)

// Ruling is why a request or an answer does not simply pass, whichever judge
// says so: the policy about a name, or the dossier about a page or about what
// a request carries.
type Ruling struct {
	// As the journal has them.
	Door, Action, Severity    string
	Ground, Technique, Detail string
	Fields                    []string
	Account                   string

	FirstSeen time.Time // when the site was first opened from here; zero: never before
	Sent      bool      // part of what was entered is at the site already
	Maybe     bool      // something that may have been entered is
	Shown     bool      // part of the site was on the screen already
	Entered   bool      // a sign-in went there earlier
	ID        bool      // the protected ID that belongs to what is held did

	target   string
	score    float64
	signs    []string
	certAge  time.Duration // zero: unknown
	fromMail bool          // the visitor came by a link in a mail
}

// Grounds of rulings that no name gave, beside those of package rules.
const (
	GroundPage        = "page"        // what the site shows
	GroundCredentials = "credentials" // what a request carries
	groundDrill       = "drill"       // sekisho's own exercise, whatever it was
)

// ByName is the ruling of a policy's verdict.
func ByName(v rules.Verdict) Ruling {
	r := Ruling{
		Door: journal.DoorProxy, Action: v.Action.String(), Severity: journal.SeverityAmber,
		Ground: string(v.Ground), Technique: v.Technique, target: v.Target, Detail: v.Detail, score: v.Score,
	}
	if v.Action == rules.Block {
		r.Severity = journal.SeverityRed
	}
	return r
}

// ByPage is the ruling on a site that was given away by what it shows.
func ByPage(j dossier.Judgement) Ruling {
	r := judged(j)
	r.Door, r.Action, r.Ground = journal.DoorPage, journal.ActionBlock, GroundPage
	if r.Amber() {
		r.Action = journal.ActionWarn
	}
	return r
}

// BySubmit is the ruling on a request by what it carries.
func BySubmit(j dossier.Judgement) Ruling {
	r := judged(j)
	r.Door, r.Action, r.Ground = journal.DoorGuard, journal.ActionHold, GroundCredentials
	return r
}

func judged(j dossier.Judgement) Ruling {
	return Ruling{
		Severity: j.Severity, Technique: j.Technique, target: j.Target, Detail: j.Detail, score: j.Score,
		signs: j.Signs, Fields: j.Fields, Account: j.Account,
		FirstSeen: j.FirstSeen, certAge: j.CertAge, fromMail: j.FromMail, Entered: j.EnteredEarlier, ID: j.IDEarlier,
	}
}

// Where is whose way a ruling stops, and where that led to.
type Where struct {
	Client netip.Addr
	Host   hostname.Name
	Port   uint16
	Scheme string // "https" or "http"
	Drill  bool   // sekisho's own exercise
}

// Event is what the journal keeps of r. sent is nil when it does not apply.
func (r *Ruling) Event(at Where, sent *bool, incident string) journal.Event {
	e := journal.Event{
		Door: r.Door, Client: at.Client.String(), Host: at.Host.String(), Action: r.Action, Severity: r.Severity,
		Ground: r.Ground, Technique: r.Technique, Target: r.target, Score: r.score, Detail: r.Detail,
		Signs: r.signs, Fields: r.Fields, Account: r.Account, Sent: sent, Incident: incident,
	}
	if at.Drill {
		e.Ground = groundDrill
	}
	return e
}

// Amber reports whether a person may go on with one click.
func (r *Ruling) Amber() bool { return r.Severity != journal.SeverityRed }

// Kind is of which kind r is, as it stands.
func (r *Ruling) Kind() Kind {
	switch {
	case !r.Amber() && r.Door == journal.DoorGuard:
		return kindCredential
	case !r.Amber() && r.Door == journal.DoorProxy:
		return KindRedName
	case !r.Amber():
		return KindRed
	case r.Door == journal.DoorProxy:
		return KindName
	case r.Door == journal.DoorGuard && r.Technique == dossier.ProtectedPassword:
		return kindReuse
	case r.Door == journal.DoorGuard && (r.Technique == dossier.ProtectedID || r.Technique == dossier.CrowdedSignIn):
		return kindID
	}
	return kindAsk
}

// Kind is what leaves and incidents tell rulings apart by.
type Kind uint8

// The kinds that are asked about without a ruling.
const (
	KindName Kind = iota // a name that resembles Amazon's
	kindAsk              // a page that resembles Amazon's, or a sign-in to a site not known here
	KindRed              // what is seen of a site says that it is an imitation
	// KindRedName is apart from KindRed: whoever insists on opening a site has not
	// seen yet what it shows.
	KindRedName
	// kindCredential is apart from KindRed: whoever insists on seeing a page has
	// not said that the shop's password may go there.
	kindCredential
	// kindReuse and kindID are apart from kindAsk: whoever goes on to a page, or to a
	// sign-in of another kind, has not said so of the protected password, or ID.
	kindReuse
	kindID
)

// Office reports whether going on past a ruling of this kind is for everybody.
func (k Kind) Office() bool { return k == kindAsk || k == kindReuse || k == kindID }

// Warning is the page for r, or the problem document. The caller adds the language and
// what only the incident knows.
func (r *Ruling) Warning(at Where, sellerCentral string) interstitial.Warning {
	sent := r.Sent
	w := interstitial.Warning{
		Severity: r.Severity, Door: r.Door, Host: at.Host, Target: r.target, SellerCentral: sellerCentral,
		Ground: r.Ground, Technique: r.Technique, Detail: r.Detail,
		Signs: r.signs, Fields: r.Fields, Account: r.Account, Sent: &sent, EnteredEarlier: r.Entered, IDEarlier: r.ID,
		Shown: r.Shown, CertAge: r.certAge, FromMail: r.fromMail,
		Client: at.Client.String(), Drill: at.Drill,
	}
	switch maybe := r.Maybe && !r.Sent; {
	case maybe && r.Door == journal.DoorPage:
		w.Sent = nil
	case maybe && r.Door == journal.DoorGuard: // of this request nothing was
		w.MaybeEarlier = true
	}
	if r.Door != journal.DoorProxy { // of a name alone nothing was remembered
		w.FirstSeen, w.FirstVisit = r.FirstSeen, r.FirstSeen.IsZero()
	}
	return w
}
