package interstitial

import (
	"net/http"
	"time"
)

// Names that sekisho answers itself, for exercises: .test is reserved for such
// use (RFC 6761, section 6.2), so none of them can ever be a site.
const (
	DrillLookalike = "amazon-seller-drill.test" // stopped for its name
	DrillCopy      = "q7rk2-drill.test"         // a copied sign-in under a name that says nothing; see [DrillImitation]
	DrillPassword  = "sign-in-drill.test"       // a page that posts a sign-in; see [DrillForm]
)

// Drill is the page at https://sekisho.internal/drill: three exercises, and which
// of them were caught. A zero time is one that was not caught yet.
type Drill struct {
	Lang                      Lang
	Lookalike, Copy, Password time.Time
	SellerCentral             string // as in [Warning]
	Observe                   bool   // nothing is stopped, so the exercises cannot show it
}

// drillView is what drill.html shows.
type drillView struct {
	page
	links
	Title   string // key into text.json
	Observe bool
	Steps   []drillStep
}

// drillStep is one exercise.
type drillStep struct {
	Title, Text string // keys into text.json
	Host        *site
	URL         string
	When        *moment // nil when it was not caught
}

// Render returns the page as UTF-8 HTML.
func (d Drill) Render() ([]byte, error) {
	v := drillView{
		page:  page{words: speak(d.Lang), Tone: "calm", Switch: true},
		links: newLinks(d.SellerCentral), Title: "drill.title", Observe: d.Observe,
	}
	all := true
	add := func(title, text, host string, at time.Time) {
		v.Steps = append(v.Steps, drillStep{title, text, ownSite(host), "https://" + host + "/", v.moment(at)})
		all = all && !at.IsZero()
	}
	add("drill.lookalike.title", "drill.lookalike.text", DrillLookalike, d.Lookalike)
	add("drill.copy.title", "drill.copy.text", DrillCopy, d.Copy)
	add("drill.password.title", "drill.password.text", DrillPassword, d.Password)
	if all && !d.Observe {
		v.Title = "drill.title.all"
	}
	return render("drill.html", v)
}

// SetHeaders sets the response headers of this page.
func (d Drill) SetHeaders(h http.Header) {
	SetHeaders(h)
	setOwnOrigin(h)
}

// DrillForm is the page that sekisho shows as https://sign-in-drill.test/: a form
// that posts a sign-in made up for the exercise to /sign-in on the same origin.
// Nobody types anything.
type DrillForm struct{ Lang Lang }

// The sign-in of [DrillForm], for whoever has to recognise it. It opens nothing
// anywhere.
const (
	DrillID     = "drill@sekisho.test"
	DrillSecret = "sekisho-drill-not-a-password"
)

// drillFormView is what drillform.html shows.
type drillFormView struct {
	page
	Host       *site
	ID, Secret string
}

// Render returns the page as UTF-8 HTML.
func (d DrillForm) Render() ([]byte, error) {
	return render("drillform.html", drillFormView{
		page: page{words: speak(d.Lang), Tone: "calm"},
		Host: ownSite(DrillPassword), ID: DrillID, Secret: DrillSecret,
	})
}

// SetHeaders sets the response headers of this page: as [SetHeaders] does, with
// leave to send the form, and to be led on to the warning that answers it.
func (d DrillForm) SetHeaders(h http.Header) {
	SetHeaders(h)
	h.Set("Content-Security-Policy", policy("form-action 'self' "+origin, "frame-ancestors 'none'"))
}

// DrillImitation is the page that sekisho answers for https://q7rk2-drill.test/
// with, and then finds and replaces as it would anybody's. It has the marks of a
// copied sign-in and no box that can be typed into. Whoever gets to see it reads
// that it should have been stopped.
type DrillImitation struct{ Lang Lang }

// drillImitationView is what drillcopy.html shows.
type drillImitationView struct{ page }

// Render returns the page as UTF-8 HTML.
func (d DrillImitation) Render() ([]byte, error) {
	return render("drillcopy.html", drillImitationView{page{words: speak(d.Lang), Tone: severityAmber}})
}

// SetHeaders sets the response headers of this page.
func (d DrillImitation) SetHeaders(h http.Header) { SetHeaders(h) }
