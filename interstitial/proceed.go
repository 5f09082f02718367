package interstitial

import (
	"errors"
	"fmt"
	"time"
)

// Proceed is the form that lets a visitor go on: a POST to Action with the fields
// token and, with Confirm, host.
type Proceed struct {
	Action string        // absolute path on sekisho's own origin
	Token  string        // opaque printable ASCII, at most 4 KiB; whoever handles Action must verify it
	For    time.Duration // how long the leave lasts; shown rounded up to a minute

	// Office says that the answer is remembered for all devices from now on, and
	// For does not count.
	Office bool

	// Confirm asks the visitor to type the host name, in any of the forms that the
	// page shows. Whoever handles Action compares it. Only so can a red warning be
	// passed, by an owner who is alone.
	Confirm bool

	// Mistyped says that what was typed before was another name. The page then
	// shows once more, at the field, what is expected.
	Mistyped bool
}

// maxToken bounds a token, in octets.
const maxToken = 4 << 10

// proceedView is the form of a warning that can be passed.
type proceedView struct {
	Action, Token             string
	Heading, Lead, Button     string // keys into text.json
	For                       string
	Office, Confirm, Mistyped bool
}

// mayProceed reports whether the page has the form.
func (w Warning) mayProceed() bool {
	return w.Proceed != nil && (w.amber() || w.Proceed.Confirm && !w.Host.IsZero())
}

// proceedView checks and shows w.Proceed.
func (w Warning) proceedView() (*proceedView, error) {
	if !w.mayProceed() {
		return nil, nil
	}
	p := w.Proceed
	if err := checkForm("proceed", p.Action, p.Token); err != nil {
		return nil, err
	}
	if p.For <= 0 && !p.Office {
		return nil, fmt.Errorf("proceed for %v: not a time", p.For)
	}
	v := &proceedView{
		Action: p.Action, Token: p.Token, For: speak(w.Lang).span(p.For),
		Office: p.Office, Confirm: p.Confirm, Mistyped: p.Mistyped,
		Heading: "proceed.heading", Lead: "proceed.lead", Button: "proceed.button",
	}
	switch {
	case !w.amber():
		v.Heading, v.Lead, v.Button = "proceed.heading.red", "proceed.lead.red", "proceed.button.red"
		switch w.Door {
		case doorGuard:
		case doorPage:
			v.Lead = "proceed.lead.red.page"
		default:
			v.Lead = "proceed.lead.red.name"
		}
	case w.kind() == "sign-in":
		v.Heading, v.Lead, v.Button = "proceed.heading.sign-in", "proceed.lead.sign-in", "proceed.button.sign-in"
	case w.Door == doorGuard:
		v.Lead, v.Button = "proceed.lead.sign-in", "proceed.button.send"
	}
	return v, nil
}

// checkForm refuses a form that would lead elsewhere or could break the page.
func checkForm(what, action, token string) error {
	if !localPath(action) {
		return fmt.Errorf("%s action %q is not a path", what, action)
	}
	if !plain(token) || len(token) > maxToken {
		return errors.New(what + " token is too long or not printable ASCII")
	}
	return nil
}
