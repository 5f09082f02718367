package interstitial

import (
	"net/http"
	"strings"

	"sekisho/hostname"
)

// Notice stands inside a frame where a stopped site would have been. It is
// served under that site's name, so it offers nothing to press but a link to
// Page, and its headers give it an origin of its own: neither the page around
// it nor another frame of the site can read it.
type Notice struct {
	Lang     Lang
	Severity string        // "red" or "amber"; anything else counts as red
	Door     string        // as in [Warning]
	Host     hostname.Name // the site that was stopped
	Incident string
	Page     string // the warning's URL below https://sekisho.internal/; others are left out
}

// noticeView is what notice.html shows.
type noticeView struct {
	page
	Text string // key into text.json
	Host *site
	Page string
}

// Render returns the notice as UTF-8 HTML.
func (n Notice) Render() ([]byte, error) {
	v := noticeView{
		page: page{words: speak(n.Lang), Tone: severityRed + " small"},
		Text: "notice.text",
		Host: newSite(n.Host),
		Page: ownPage(n.Page),
	}
	if n.Severity == severityAmber {
		v.Tone, v.Text = severityAmber+" small", "notice.text.amber"
	}
	if n.Door == doorPage || n.Door == doorGuard {
		v.Text = "notice.text." + n.Door
	}
	return render("notice.html", v)
}

// SetHeaders sets the response headers of this page: as [SetHeaders] does, but
// with leave to be framed by anyone, since being framed is its purpose.
func (n Notice) SetHeaders(h http.Header) {
	SetHeaders(h)
	setIncident(h, n.Incident)
	h.Del("X-Frame-Options")
	h.Set("Content-Security-Policy", policy("form-action 'none'", "frame-ancestors *",
		"sandbox allow-popups allow-popups-to-escape-sandbox"))
}

// ownPage returns s if it is a URL on sekisho's own origin.
func ownPage(s string) string {
	if u, ok := secureURL(s); ok && strings.HasPrefix(s, origin) && plain(s) {
		return u.String()
	}
	return ""
}

// Gone is the page on sekisho's own origin for an incident that does not exist
// or no longer does. It goes with status 404.
type Gone struct {
	Lang          Lang
	SellerCentral string // as in [Warning]
}

// goneView is what gone.html shows.
type goneView struct {
	page
	links
}

// Render returns the page as UTF-8 HTML.
func (g Gone) Render() ([]byte, error) {
	return render("gone.html", goneView{
		page:  page{words: speak(g.Lang), Tone: "calm", Switch: true},
		links: newLinks(g.SellerCentral),
	})
}

// SetHeaders sets the response headers of this page.
func (g Gone) SetHeaders(h http.Header) {
	SetHeaders(h)
	setOwnOrigin(h)
}
