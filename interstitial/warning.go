package interstitial

import (
	"errors"
	"fmt"
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

// Warning is the page shown instead of a site that was stopped. It belongs on
// sekisho's own origin, out of reach of the site's scripts.
//
// All fields but Severity may be zero; what is unknown is left out of the page
// rather than guessed. Text fields may hold anything.
type Warning struct {
	Lang Lang

	// Severity is "red" or "amber". Anything else counts as red.
	Severity string

	// Host is where the visitor was going.
	Host hostname.Name

	// Target is the real host that Host resembles, if there is one.
	Target string

	// SellerCentral is where the primary button leads; only an absolute https
	// URL is taken, Japan's Seller Central otherwise.
	SellerCentral string

	// Ground and Technique say why, by their names in the verdict. An unknown
	// technique is explained by its ground. Detail is evidence for experts and
	// is shown as given, in small print.
	Ground, Technique, Detail string

	// Sent is false only when nothing of this visit reached the site, true when
	// something did, and nil when that is not known. The page claims no more.
	Sent *bool

	// Incident and EventID are what the visitor can quote. An Incident of other
	// than letters, digits, "-" and "_" is left out.
	Incident string
	EventID  int64

	// Time is shown in Japan's time, and in its own zone if that differs.
	Time time.Time

	// Client is the visitor's device, by name or address.
	Client string

	// FirstVisit says that this site was not opened from here before.
	FirstVisit bool

	// Proceed, if set, lets the visitor of an amber warning go on. It is
	// ignored for red.
	Proceed *Proceed

	// Frame asks for the short [Notice] instead, for an answer inside a frame.
	Frame bool

	// Page is the URL of this warning on https://sekisho.internal/. The Notice
	// links to it and a problem names it as its instance.
	Page string
}

// Proceed is the form that lets a visitor go on: a POST to Action with the
// fields token and host.
type Proceed struct {
	Action string        // absolute path on sekisho's own origin
	Token  string        // opaque printable ASCII, at most 4 KiB; whoever handles Action must verify it
	For    time.Duration // how long the leave lasts; shown rounded up to a minute
}

// amber reports whether w is the milder kind.
func (w Warning) amber() bool { return w.Severity == severityAmber }

// kind selects the title: what the verdict rests on.
func (w Warning) kind() string {
	switch {
	case w.Ground == "blocklist" || w.Ground == "feed":
		if !w.amber() {
			return w.Ground
		}
		return "other"
	case w.Ground == "lookalike" || w.Target != "":
		return "imitation"
	}
	return "other"
}

// reason returns the key of the one sentence that says why.
func (w Warning) reason() string {
	technique := w.Technique
	if alias, ok := techniqueAliases[technique]; ok {
		technique = alias
	}
	for _, name := range []string{technique, w.Ground} {
		if key := "reason." + name; name != "" && speak(Japanese).Has(key) {
			return key
		}
	}
	return "reason.unknown"
}

// techniqueAliases maps techniques to those whose sentence in text.json fits
// them too.
var techniqueAliases = map[string]string{
	"registry": "wrong-registry",
	"bitsquat": "edit", // one bit flipped is one letter changed
}

// warningView is what warning.html shows.
type warningView struct {
	page
	links
	Badge, Title, Sent, Reason string // keys into text.json
	Uncertain                  bool   // something may have been sent
	Host                       *site
	Target                     *site
	FirstVisit                 bool
	Wrong                      string // key of the advice to the administrator
	Proceed                    *proceedView
	Incident, Event, Client    string
	Time                       *moment
	Grounds, Detail            string
}

// maxToken bounds Proceed.Token, in octets.
const maxToken = 4 << 10

// proceedView is the form of an amber warning.
type proceedView struct{ Action, Token, For string }

// Render returns the page as UTF-8 HTML. The only errors a caller can cause are
// those of a Proceed that does not keep to the form its fields ask for.
func (w Warning) Render() ([]byte, error) {
	if w.Frame {
		return w.notice().Render()
	}
	proceed, err := w.proceedView()
	if err != nil {
		return nil, err
	}
	v := warningView{
		page:       page{words: speak(w.Lang), Tone: severityRed, Switch: true},
		links:      newLinks(w.SellerCentral),
		Host:       newSite(w.Host),
		Target:     w.target(),
		Sent:       w.sent(),
		Uncertain:  w.Sent == nil || *w.Sent,
		Reason:     w.reason(),
		FirstVisit: w.FirstVisit,
		Wrong:      "wrong.owner",
		Proceed:    proceed,
		Incident:   identifier(w.Incident),
		Client:     clean(w.Client, maxShort),
		Time:       speak(w.Lang).moment(w.Time),
		Grounds:    w.grounds(),
		Detail:     clean(w.Detail, maxDetail),
	}
	if w.amber() {
		v.Tone = severityAmber
	}
	v.Badge, v.Title = "warning.badge."+v.Tone, "warning.title."+v.Tone+"."+w.kind()
	if w.Ground == "blocklist" {
		v.Wrong = "wrong.owner.blocklist"
	}
	if w.EventID > 0 {
		v.Event = strconv.FormatInt(w.EventID, 10)
	}
	return render("warning.html", v)
}

// sent returns the key of what the page says about the site having received
// anything.
func (w Warning) sent() string {
	switch {
	case w.Sent == nil:
		return "warning.sent.unknown"
	case *w.Sent:
		return "warning.sent.yes"
	}
	return "warning.sent.no"
}

// target lays out the real host. An imitation without one is set against the
// host of the button, which is then what it most likely imitates.
func (w Warning) target() *site {
	if w.Target != "" {
		if n, err := hostname.Parse(w.Target); err == nil {
			return newSite(n)
		}
	}
	if w.kind() == "imitation" {
		return newLinks(w.SellerCentral).Seller
	}
	return nil
}

// proceedView checks and shows w.Proceed.
func (w Warning) proceedView() (*proceedView, error) {
	p := w.Proceed
	if p == nil || !w.amber() {
		return nil, nil
	}
	if !localPath(p.Action) {
		return nil, fmt.Errorf("proceed action %q is not a path", p.Action)
	}
	if !plain(p.Token) || len(p.Token) > maxToken {
		return nil, errors.New("proceed token is too long or not printable ASCII")
	}
	if p.For <= 0 {
		return nil, fmt.Errorf("proceed for %v: not a time", p.For)
	}
	return &proceedView{Action: p.Action, Token: p.Token, For: speak(w.Lang).span(p.For)}, nil
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
	return Notice{Lang: w.Lang, Severity: w.Severity, Host: w.Host, Incident: w.Incident, Page: w.Page}
}

// SetHeaders sets the response headers of this page: those of [SetHeaders],
// a policy that allows the form if there is one, and Sekisho-Incident.
func (w Warning) SetHeaders(h http.Header) {
	if w.Frame {
		w.notice().SetHeaders(h)
		return
	}
	SetHeaders(h)
	setOwnOrigin(h)
	setIncident(h, w.Incident)
	if w.amber() && w.Proceed != nil {
		h.Set("Content-Security-Policy", policy("form-action 'self'"+w.onward(), "frame-ancestors 'none'"))
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
