package interstitial

import (
	"net/http"

	"sekisho/hostname"
)

// MaxReason is how many UTF-16 units of a reason the form of an [Appeal] lets
// through. In a form's encoding they take nine octets each at most; whoever
// handles the form must bound it again.
const MaxReason = 300

// Appeal is the form for a visitor who thinks that a warning is wrong: a POST to
// Action with the fields token and reason.
type Appeal struct {
	Action string // absolute path on sekisho's own origin
	Token  string // as in [Proceed]
	Reader string // who reads it, by name; "" for the administrator of this sekisho
	// Failed says that a reason was sent but could not be kept. The page then says
	// so, first of all, and to send it again.
	Failed bool
}

// appealView is the form.
type appealView struct {
	Action, Token, Reader string
	Limit                 int
	Failed                bool
}

func (a *Appeal) view() (*appealView, error) {
	if a == nil {
		return nil, nil
	}
	if err := checkForm("appeal", a.Action, a.Token); err != nil {
		return nil, err
	}
	return &appealView{a.Action, a.Token, clean(a.Reader, maxShort), MaxReason, a.Failed}, nil
}

// AppealSent is the page that answers an [Appeal].
type AppealSent struct {
	Lang          Lang
	Host          hostname.Name
	Reader        string // as in [Appeal]
	Incident      string // as in [Warning]
	SellerCentral string // as in [Warning]
}

// appealSentView is what appeal.html shows.
type appealSentView struct {
	page
	links
	Host             *site
	Reader, Incident string
}

// Render returns the page as UTF-8 HTML.
func (a AppealSent) Render() ([]byte, error) {
	return render("appeal.html", appealSentView{
		page:     page{words: speak(a.Lang), Tone: "calm"},
		links:    newLinks(a.SellerCentral),
		Host:     newSite(a.Host),
		Reader:   clean(a.Reader, maxShort),
		Incident: identifier(a.Incident),
	})
}

// SetHeaders sets the response headers of this page.
func (a AppealSent) SetHeaders(h http.Header) {
	SetHeaders(h)
	setOwnOrigin(h)
	setIncident(h, a.Incident)
}
