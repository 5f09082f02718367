package interstitial

import (
	"slices"
	"strings"
	"time"
)

// maxListed is how many names of signs or fields the record shows. A page can
// have any number of them.
const maxListed = 12

// evidence is what a warning tells besides its one reason.
type evidence struct {
	Facts    []string // sentences
	Mail     bool     // a mail led here
	Seen     []string // keys of sentences that tell signs in plain words
	SignsAll string   // names, for experts
	Fields   string
}

func (w Warning) evidence() evidence {
	return evidence{
		Facts:    w.facts(),
		Mail:     w.FromMail,
		Seen:     plainSigns(w.Signs),
		SignsAll: listed(w.Signs),
		Fields:   listed(w.Fields),
	}
}

// newFor is how long a site is told of as opened for the first time: the visit that is
// judged has been noted by then, and may not be the first of them.
const newFor = 10 * time.Minute

// facts are the sentences that the visitor may weigh.
func (w Warning) facts() (facts []string) {
	l := speak(w.Lang)
	add := func(key string, args ...any) {
		if s, err := l.T(key, args...); err == nil {
			facts = append(facts, s)
		}
	}
	known := w.Time.Sub(w.FirstSeen)
	switch {
	case w.FirstVisit:
		add("why.first-visit")
	case w.FirstSeen.IsZero() || w.Time.IsZero() || known < 0:
	case known < newFor:
		add("why.first-lately")
	default:
		add("why.first-seen", l.ago(known))
	}
	if w.CertAge > 0 {
		add("why.certificate", l.ago(w.CertAge))
	}
	if w.FreeHosting {
		add("why.hosting")
	}
	return facts
}

// ago tells an age by its largest unit, rounded down: nobody weighs the rest.
func (w words) ago(d time.Duration) string {
	switch {
	case d < time.Hour:
		return w.span(d)
	case d < 48*time.Hour:
		return w.count(int64(d/time.Hour), "時間", "hour")
	}
	return w.count(int64(d/(24*time.Hour)), "日", "day")
}

// signWords puts signs that tell people the same under one sentence. Signs that
// stand in no row are for experts and appear in the record alone.
var signWords = []struct {
	key   string // into text.json
	signs string
}{
	{"sign.field", `app-action-token app-action app-action-value sub-page-type sub-page-value workflow-state prev-rid ape-value metadata1
		encrypted-password aa-token claim-workflow claim-auth claim-routing csrf-a2z passkey-challenge rp-id-count mfa-submit
		otp-device otp-code remember-device trust-device cvf-input verify-token openid-field show-password max-auth-age
		show-remember renamed-email ap-email ap-email-login ap-password ap-phone autofill-hint sign-in-submit mfa-code
		mfa-remember form-sign-in form-login form-validate form-mfa form-cvf form-passkey form-enable-mfa form-intent
		auth-remember auth-show-password auth-pagelet auth-fpp auth-button auth-alert auth-checkbox legal-row create-submit
		other-issues script-ids script-fields`},
	{"sign.title", "title title-about title-brand title-seller title-two-step title-named title-owned"},
	{"sign.wording", `email-or-phone mail-or-phone sign-in-or-create new-customer create-account stay-signed-in next-step business-sign-in
		sign-in-with-brand otp-sent trust-browser two-step amazon-password protect-account account-lure prime-lure
		prime-notice payment-problem seller-account seller-lure two-step-lure verification-needed code-again part-words`},
	{"sign.look", `script-css aui-cluster ap-locale aui-build fwcim mongoose ui-sprite ui-bundle nav-sprite ember portal-assets
		cvf-assets webauthn-assets aui-clients sif-profile metrics-page`},
	{"sign.legal", "copyright terms part-legal privacy seller-terms"},
	{"sign.brand", "brand brand-logo seller-central brand-disguised"},
	{"sign.path", "form-action ap-path ap-telemetry gp-path portal-path openid-query pape-query"},
	{"sign.relay", `relay-ubid relay-session relay-session-time relay-signed-in relay-seller relay-locale relay-header relay-report
		relay-redirect`},
	{"sign.saved", "saved-from saved-amazon feature-mark"},
	{"sign.kit", "kit-card kit-file kit-word kit-random kit-address kit-folder pictured-page"},
	{"sign.form", "password-field new-password-field code-field code-page script-password script-code"},
}

// plainSigns returns the sentences for signs, in the order of signWords.
func plainSigns(signs []string) (keys []string) {
	for _, row := range signWords {
		if slices.ContainsFunc(strings.Fields(row.signs), func(s string) bool { return slices.Contains(signs, s) }) {
			keys = append(keys, row.key)
		}
	}
	return keys
}

// listed joins names from outside, the first few of them.
func listed(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i == maxListed {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(clean(name, maxShort))
	}
	return b.String()
}
