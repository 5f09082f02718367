package interstitial

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// seen is the techniques of pages and requests, and one that is none.
var seen = []string{
	"sign-in-copy", "sign-in-relay", "protected-sign-in", "protected-password", "amazon-fields", "one-time-code",
	"unfamiliar-sign-in", "guess-oracle", "protected-id", "crowded-sign-in", "never-heard-of",
}

// Whatever was stopped at whichever door, the page says that nothing was sent
// exactly when that is so, and opens the steps exactly when something may have
// been; but for what went before a sign-in to a site that is merely not known, which
// has an ID on the page before.
func TestSentIsTrue(t *testing.T) {
	t.Parallel()
	claims := []string{"warning.sent.no", "warning.sent.no.credential", "warning.sent.no.code", "warning.sent.no.sign-in", "warning.sent.no.id"}
	for _, technique := range seen {
		for _, severity := range []string{"red", "amber"} {
			for _, sent := range []*bool{nil, &no, &yes} {
				for _, earlier := range []bool{false, true} {
					maybe := Warning{Severity: severity, Door: "guard", Technique: technique, Sent: sent, EnteredEarlier: earlier, MaybeEarlier: true}
					open := maybe.uncertain() || sent == &no && !earlier && severity == "amber" && technique == "unfamiliar-sign-in"
					if slices.Contains(claims, maybe.sent()) || !open {
						t.Errorf("%+v: says %s", maybe, maybe.sent())
					}
					for _, l := range []Lang{Japanese, English} {
						w := Warning{
							Lang: l, Severity: severity, Door: "guard", Technique: technique, Sent: sent,
							EnteredEarlier: earlier, Host: host("a.example"),
						}
						b := string(mustRender(t, w))
						said := slices.ContainsFunc(claims, func(key string) bool { return strings.Contains(b, phrases()[key][l]) })
						if want := sent == &no && !earlier; said != want {
							t.Errorf("%+v: says that nothing was sent: %v; want %v", w, said, want)
						}
						if got, want := strings.Contains(b, "<details open>"), sent != &no || earlier; got != want {
							t.Errorf("%+v: opens the steps: %v; want %v", w, got, want)
						}
						if !strings.Contains(technique, "never") && !slices.Contains([]string{"reason." + technique, "reason." + severity + "." + technique}, w.reason()) {
							t.Errorf("%s is explained by %s", technique, w.reason())
						}
					}
				}
			}
		}
	}
}

// TestStranger: who signs in to a new tool is not told to mend an account with Amazon, unless
// the site is like Amazon.
func TestStranger(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]bool{"": false, "sellercentral.amazon.co.jp": true} {
		w := unfamiliar(Japanese)
		w.Target, w.MaybeEarlier = target, true
		b := string(mustRender(t, w))
		for _, key := range []string{"entered.seller", "entered.codes", "warning.sent.no.maybe.amber"} {
			if got := strings.Contains(b, phrases()[key][Japanese]); got != want {
				t.Errorf("like %q: has %s: %t; want %t", target, key, got, want)
			}
		}
		if got := strings.Contains(b, "<details open>"); got != want {
			t.Errorf("like %q: the steps are open: %t; want %t", target, got, want)
		}
	}
}

func TestReplacedPageSaysWhatWasShown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		shown, earlier bool
		want           string
		open           bool
	}{
		{"not shown", false, false, "warning.sent.page", false},
		{"shown", true, false, "warning.sent.page.shown", true},
		{"entered earlier", false, true, "warning.sent.page.earlier", true},
		{"both", true, true, "warning.sent.page.earlier", true},
	} {
		w := copied(English)
		w.Shown, w.EnteredEarlier = tt.shown, tt.earlier
		for sent, want := range map[*bool]string{nil: "warning.sent.page.maybe", &no: tt.want, &yes: "warning.sent.page.yes"} {
			if sent == nil && tt.earlier {
				want = tt.want
			}
			w.Sent = sent
			if open := tt.open || sent != &no; w.sent() != want || w.uncertain() != open {
				t.Errorf("%s: says %s, open %v; want %s, %v", tt.name, w.sent(), w.uncertain(), want, open)
			}
		}
	}
}

func TestTitles(t *testing.T) {
	t.Parallel()
	for technique, want := range map[string][2]string{
		"sign-in-copy":       {"red.copy", "amber.copy"},
		"protected-sign-in":  {"red.credential", "amber.credential"},
		"protected-id":       {"red.id", "amber.id"},
		"crowded-sign-in":    {"red.id", "amber.id"},
		"one-time-code":      {"red.code", "amber.code"},
		"unfamiliar-sign-in": {"red.other", "amber.sign-in"},
		"guess-oracle":       {"red.guess", "amber.other"},
		"never-heard-of":     {"red.other", "amber.other"},
	} {
		for i, severity := range []string{"red", "amber"} {
			if got := (Warning{Severity: severity, Technique: technique}).title(); got != "warning.title."+want[i] {
				t.Errorf("%s of %s: %s; want %s", severity, technique, got, want[i])
			}
		}
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	w := Warning{Lang: English, Time: inJapan}
	for _, tt := range []struct {
		name string
		edit func(*Warning)
		want []string
	}{
		{"nothing known", func(*Warning) {}, nil},
		{"first visit", func(w *Warning) { w.FirstVisit = true }, []string{"This site has not been opened from here before."}},
		{"opened just now or minutes ago", func(w *Warning) { w.FirstSeen = inJapan.Add(-9 * time.Minute) }, []string{"This site was opened from here for the first time within the ten minutes before this warning."}},
		{"minutes", func(w *Warning) { w.FirstSeen = inJapan.Add(-10 * time.Minute) }, []string{"This site was first opened from here 10 minutes ago."}},
		{"days", func(w *Warning) { w.FirstSeen = inJapan.Add(-100 * time.Hour) }, []string{"This site was first opened from here 4 days ago."}},
		{"seen in the future", func(w *Warning) { w.FirstSeen = inJapan.Add(time.Hour) }, nil},
		{"no time to count from", func(w *Warning) { w.Time, w.FirstSeen = time.Time{}, inJapan }, nil},
		{"certificate", func(w *Warning) { w.CertAge = 47 * time.Hour }, []string{"The site's certificate was issued 47 hours ago."}},
		{"certificate of the future", func(w *Warning) { w.CertAge = -time.Hour }, nil},
		{"just now", func(w *Warning) { w.CertAge = time.Second }, []string{"The site's certificate was issued 1 minute ago."}},
	} {
		v := w
		tt.edit(&v)
		if diff := cmp.Diff(tt.want, v.facts()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSignsInPlainWords(t *testing.T) {
	t.Parallel()
	got := plainSigns([]string{"never-heard-of", "copyright", "ap-email", "app-action"})
	if diff := cmp.Diff([]string{"sign.field", "sign.legal"}, got); diff != "" {
		t.Error(diff)
	}
	told := map[string]string{}
	for _, row := range signWords {
		for s := range strings.FieldsSeq(row.signs) {
			if told[s] != "" {
				t.Errorf("%s is in %s and %s", s, told[s], row.key)
			}
			told[s] = row.key
		}
	}
	if got := listed(make([]string, 1000)); len(got) > 200 {
		t.Errorf("a thousand names become %d bytes", len(got))
	}
}

// TestAmberClaimsLess: what only names Amazon beside a form is not called a copy, nor said to resemble its sign-in, and of
// what could not be read it is not said that it held a password.
func TestAmberClaimsLess(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ technique, severity, title, reason string }{
		{"sign-in-copy", "red", "warning.title.red.copy", "reason.sign-in-copy"},
		{"sign-in-copy", "amber", "warning.title.amber.copy", "reason.amber.sign-in-copy"},
		{"unreadable-request", "amber", "warning.title.amber.unreadable", "reason.unreadable-request"},
	} {
		w := Warning{Severity: tt.severity, Door: "guard", Technique: tt.technique}
		if w.title() != tt.title || w.reason() != tt.reason {
			t.Errorf("%s, %s: %s, %s; want %s, %s", tt.technique, tt.severity, w.title(), w.reason(), tt.title, tt.reason)
		}
	}
}
