package interstitial

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"sekisho/hostname"
)

// The severities of a [Warning], as the journal spells them.
const (
	severityRed   = "red"
	severityAmber = "amber"
)

// Warning is the page shown instead of what was stopped: a visit, a page or a
// request. It belongs on sekisho's own origin, out of reach of the site's scripts.
//
// All fields but Severity may be zero; what is unknown is left out of the page
// rather than guessed. Text fields may hold anything.
type Warning struct {
	Lang Lang

	// Severity is "red" or "amber". Anything else counts as red.
	Severity string

	// Door is where it was stopped, as the journal spells it: "page" for a page
	// that was read and replaced before it was shown, "guard" for a request that
	// was held. Anything else is a visit that was stopped for the site's name.
	Door string

	// Host is where the visitor, or the request, was going.
	Host hostname.Name

	// Target is the real host that Host resembles, if there is one.
	Target string

	// SellerCentral is where the primary button leads; only an absolute https
	// URL is taken, Japan's Seller Central otherwise.
	SellerCentral string

	// Ground and Technique say why, by their names in the verdict or judgement.
	// An unknown technique is explained by its ground. Detail is evidence for
	// experts and is shown as given, in small print.
	Ground, Technique, Detail string

	// Signs and Fields are what was found, by name: known signs are told in plain
	// words, and all stand in small print. Values have no place here.
	Signs, Fields []string

	// Account is the label of the protected sign-in that was met.
	Account string

	// Sent is false only when nothing of this visit or request reached the site,
	// true when something did, and nil when that is not known. The page claims no
	// more. Of a replaced page it is true when it was asked for with something that
	// may have been typed, false when neither that nor anything before was, and nil
	// when something went to its site before.
	Sent *bool

	// Shown says of a replaced page that something of its site had been shown
	// before the site was known for what it is, so that people may have typed.
	Shown bool

	// MaybeEarlier says of a request that was held that this client sent the site
	// something before, which may have been what was typed.
	MaybeEarlier bool

	// EnteredEarlier says that this client sent the site a sign-in before the site
	// was known for what it is. The steps to take then are open.
	EnteredEarlier bool

	// IDEarlier says of a protected password that was held that the ID it belongs to
	// reached the site before, as the first of two steps.
	IDEarlier bool

	// Incident and EventID are what the visitor can quote. An Incident of other
	// than letters, digits, "-" and "_" is left out.
	Incident string
	EventID  int64

	// Time is shown in Japan's time, and in its own zone if that differs. The
	// ages below are told as of then.
	Time time.Time

	// Client is the visitor's device, by name or address.
	Client string

	// FirstVisit says that this site was not opened from here before; otherwise
	// FirstSeen is since when it is known here.
	FirstVisit bool
	FirstSeen  time.Time

	// CertAge is how long ago the site's certificate was issued; 0 is unknown.
	CertAge time.Duration

	// FreeHosting says that anybody can put up a site below this suffix for
	// nothing. FromMail says that a link in a mail led here.
	FreeHosting, FromMail bool

	// Proceed, if set, lets the visitor go on. For red it must ask for the name
	// (see [Proceed.Confirm]); otherwise it is ignored.
	Proceed *Proceed

	// Appeal, if set, is the form under "think this is wrong?".
	Appeal *Appeal

	// Appealed says that the visitor sent a reason, about which nobody decided yet.
	Appealed bool

	// Drill says on the page that this is an exercise, of which nothing is ever sent.
	Drill bool

	// Frame asks for the short [Notice] instead, for an answer inside a frame.
	Frame bool

	// Page is the URL of this warning on https://sekisho.internal/. The Notice
	// links to it and a problem names it as its instance.
	Page string
}

// amber reports whether w is the milder kind.
func (w Warning) amber() bool { return w.Severity == severityAmber }

// warningView is what warning.html shows.
type warningView struct {
	page
	links
	occasion
	evidence
	Title, Sent, Reason string // keys into text.json
	Open                bool   // the steps after something was entered
	Stranger            bool   // those are not about Amazon
	Drill               bool
	Host                *site
	Target              *site
	Protected           string // label of the account
	Wrong               string // key of the advice to the administrator
	Setting             string // lines of configuration that go with it
	Proceed             *proceedView
	Elsewhere           bool // a field that was sent in vain is where to look
	AskOwner            bool
	Appealed            bool
	Appeal              *appealView
	Incident, Event     string
	Client              string
	Time                *moment
	Grounds, Detail     string
}

// Render returns the page as UTF-8 HTML. The only errors a caller can cause are
// those of a Proceed or an Appeal that does not keep to the form its fields ask
// for.
func (w Warning) Render() ([]byte, error) {
	if w.Frame {
		return w.notice().Render()
	}
	if w.Drill { // whatever was tried before went nowhere
		w.Sent, w.Shown, w.EnteredEarlier, w.MaybeEarlier, w.IDEarlier = new(bool), false, false, false, false
	}
	proceed, err := w.proceedView()
	if err != nil {
		return nil, err
	}
	appeal, err := w.Appeal.view()
	if err != nil {
		return nil, err
	}
	v := warningView{
		page:      page{words: speak(w.Lang), Tone: severityRed, Switch: true},
		links:     newLinks(w.SellerCentral),
		occasion:  w.occasion(),
		evidence:  w.evidence(),
		Title:     w.title(),
		Host:      newSite(w.Host),
		Target:    w.target(),
		Protected: clean(w.Account, maxShort),
		Sent:      w.sent(),
		Open:      w.uncertain(),
		Stranger:  w.stranger(),
		Drill:     w.Drill,
		Reason:    w.reason(),
		Proceed:   proceed,
		AskOwner:  !w.amber() && proceed == nil && appeal != nil,
		Appeal:    appeal,
		Appealed:  w.Appealed && appeal == nil,
		Incident:  identifier(w.Incident),
		Client:    clean(w.Client, maxShort),
		Time:      speak(w.Lang).moment(w.Time),
		Grounds:   w.grounds(),
		Detail:    clean(w.Detail, maxDetail),
	}
	if w.amber() {
		v.Tone = severityAmber
	}
	v.Wrong, v.Setting = w.remedy()
	v.Elsewhere = proceed != nil && proceed.Mistyped || appeal != nil && appeal.Failed
	if w.EventID > 0 {
		v.Event = strconv.FormatInt(w.EventID, 10)
	}
	return render("warning.html", v)
}

// grounds names the rule for experts, as the journal does.
func (w Warning) grounds() string {
	var parts []string
	for _, s := range []string{w.Ground, w.Technique} {
		if s = clean(s, maxShort); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " / ")
}

// notice returns what stands in for w inside a frame.
func (w Warning) notice() Notice {
	return Notice{Lang: w.Lang, Severity: w.Severity, Door: w.Door, Host: w.Host, Incident: w.Incident, Page: w.Page}
}

// SetHeaders sets the response headers of this page: those of [SetHeaders],
// a policy that allows the forms if there are any, and Sekisho-Incident.
func (w Warning) SetHeaders(h http.Header) {
	if w.Frame {
		w.notice().SetHeaders(h)
		return
	}
	SetHeaders(h)
	setOwnOrigin(h)
	setIncident(h, w.Incident)
	switch {
	case w.mayProceed():
		h.Set("Content-Security-Policy", policy("form-action 'self'"+w.onward(), "frame-ancestors 'none'"))
	case w.Appeal != nil:
		h.Set("Content-Security-Policy", policy("form-action 'self'", "frame-ancestors 'none'"))
	}
}

// onward are the sources that the form may lead to in the end: browsers hold
// the redirect that follows a form to form-action as well (CSP level 3,
// section 6.4.1).
func (w Warning) onward() string {
	host := w.Host.String()
	if w.Host.IsZero() || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return "" // an IPv6 address has no source expression
	}
	return " https://" + host + ":* http://" + host + ":*"
}
