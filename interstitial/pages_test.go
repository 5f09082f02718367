package interstitial

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// document is what every page of this package can do.
type document interface {
	Render() ([]byte, error)
	SetHeaders(http.Header)
}

// sample is one page that the tests of this package look at, in both languages.
type sample struct {
	name string
	make func(Lang) document
}

var (
	yes, no = true, false
	when    = time.Date(2026, 1, 15, 10, 4, 5, 0, time.FixedZone("CET", 60*60))
	inJapan = time.Date(2026, 1, 15, 18, 4, 5, 0, time.FixedZone("Asia/Tokyo", 9*60*60))
)

const incidentID = "7KQ2M4XT6ZB3WNR5VDHJ8PYCSA"

// host parses s, which must be a host name.
func host(s string) hostname.Name {
	n, err := hostname.Parse(s)
	if err != nil {
		panic(err)
	}
	return n
}

// imitation is a red warning that others vary.
func imitation(l Lang) Warning {
	return Warning{
		Lang: l, Severity: "red", Host: host("sellercentral.amazon.co.jp.account-verify.example"),
		Target: "sellercentral.amazon.co.jp", SellerCentral: "https://sellercentral.amazon.co.jp/",
		Ground: "lookalike", Technique: "embedding", Detail: "sellercentral.amazon.co.jp + account-verify.example",
		Sent: &no, Incident: incidentID, EventID: 1024, Time: inJapan, Client: "192.168.1.23", FirstVisit: true,
	}
}

// asking is an amber warning that offers to go on.
func asking(l Lang) Warning {
	w := imitation(l)
	w.Severity, w.Host, w.Technique = "amber", host("amazon-seller-tools.example"), "combosquat"
	w.Target, w.Detail, w.FirstVisit = "", "amazon + seller + tools", false
	w.Proceed = &Proceed{Action: "/incident/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", For: 24 * time.Hour}
	return w
}

// copied is a red warning instead of a page that was read.
func copied(l Lang) Warning {
	w := imitation(l)
	w.Door, w.Host, w.Ground, w.Technique, w.Sent = "page", host("q7rk2.pages.dev"), "", "sign-in-copy", &no
	w.Target, w.FirstVisit, w.CertAge, w.FreeHosting, w.FromMail = "", true, 3*time.Hour+20*time.Minute, true, true
	w.Signs = []string{"app-action-token", "ap-email", "title", "copyright", "password-field", "never-heard-of"}
	w.Detail = "a page with Amazon's sign-in on a host that is not Amazon's"
	w.Appeal = &Appeal{Action: "/i/" + incidentID + "/appeal", Token: "c2lnbmVk-LmFwcGVhbA", Reader: "情報システム 田中"}
	return w
}

// held is a red warning instead of a request that carried a protected sign-in.
func held(l Lang) Warning {
	w := imitation(l)
	w.Door, w.Host, w.Ground, w.Technique = "guard", host("portal-check.example"), "", "protected-sign-in"
	w.Account, w.Fields, w.FirstVisit = "本店", []string{"email", "user.password"}, false
	w.FirstSeen, w.Detail = inJapan.Add(-4*24*time.Hour), "ID and password of a protected account"
	w.Proceed = &Proceed{
		Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", For: 15 * time.Minute, Confirm: true,
	}
	return w
}

// unfamiliar is an amber warning that asks about a sign-in.
func unfamiliar(l Lang) Warning {
	w := held(l)
	w.Severity, w.Host, w.Technique, w.Account, w.Target = "amber", host("app.stock-tools.example"), "unfamiliar-sign-in", "", ""
	w.FirstSeen, w.CertAge, w.Fields, w.Detail = inJapan.Add(-12*time.Minute), 41*24*time.Hour, []string{"login", "pass"}, ""
	w.Proceed = &Proceed{Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", Office: true}
	return w
}

// samples is every page in every shape that differs in markup.
var samples = []sample{
	{"warning-red", func(l Lang) document { return imitation(l) }},
	{"warning-red-homoglyph", func(l Lang) document {
		w := imitation(l)
		w.Host, w.Target, w.Technique = host("sellercentral.аmazon.example"), "amazon.co.jp", "homoglyph"
		w.Detail, w.Sent, w.Time, w.FirstVisit = "а (U+0430) ~ a", nil, when, false
		return w
	}},
	{"warning-red-blocklist", func(l Lang) document {
		return Warning{
			Lang: l, Severity: "red", Host: host("blocked.example"), Ground: "blocklist", Sent: &no,
			Incident: incidentID, EventID: 1, Time: inJapan, Client: "127.0.0.1",
		}
	}},
	{"warning-red-proceed", func(l Lang) document {
		w := imitation(l)
		w.Proceed = &Proceed{Action: "/i/" + incidentID + "/proceed", Token: "c2lnbmVk-LmxlYXZl", For: 15 * time.Minute, Confirm: true, Mistyped: true}
		return w
	}},
	{"warning-red-feed", func(l Lang) document {
		w := imitation(l)
		w.Host, w.Target, w.Ground, w.Technique, w.Detail = host("203.0.113.9"), "", "feed", "", ""
		w.Sent = &yes
		return w
	}},
	{"warning-amber", func(l Lang) document {
		w := asking(l)
		w.Proceed = nil
		return w
	}},
	{"warning-amber-proceed", func(l Lang) document { return asking(l) }},
	{"warning-bare", func(l Lang) document { return Warning{Lang: l} }},
	{"warning-copy", func(l Lang) document { return copied(l) }},
	{"warning-relay-earlier", func(l Lang) document {
		w := copied(l)
		w.Technique, w.EnteredEarlier, w.FirstVisit, w.FromMail = "sign-in-relay", true, false, false
		w.Signs = []string{"relay-ubid", "portal-assets"}
		w.Appeal.Reader = ""
		return w
	}},
	{"warning-copy-shown", func(l Lang) document {
		w := copied(l)
		w.Shown, w.FirstVisit, w.FirstSeen = true, false, inJapan.Add(-90*time.Second)
		return w
	}},
	{"warning-held", func(l Lang) document { return held(l) }},
	{"warning-held-mistyped", func(l Lang) document {
		w := held(l)
		w.Sent, w.Proceed.Mistyped, w.Technique = nil, true, "amazon-fields"
		w.Appeal = copied(l).Appeal
		return w
	}},
	{"warning-appeal-failed", func(l Lang) document {
		w := copied(l)
		w.Appeal.Failed = true
		return w
	}},
	{"warning-held-code", func(l Lang) document {
		w := held(l)
		w.Technique, w.Account, w.Proceed, w.Drill = "one-time-code", "", nil, true
		return w
	}},
	{"warning-held-guess", func(l Lang) document {
		w := held(l)
		w.Technique, w.EnteredEarlier, w.Proceed = "guess-oracle", true, nil
		return w
	}},
	{"warning-held-reuse", func(l Lang) document {
		w := held(l)
		w.Severity, w.Technique, w.Target = "amber", "protected-password", ""
		w.Proceed.Confirm = false
		return w
	}},
	{"warning-sign-in", func(l Lang) document { return unfamiliar(l) }},
	{"appeal-sent", func(l Lang) document {
		return AppealSent{Lang: l, Host: host("q7rk2.pages.dev"), Reader: "情報システム 田中", Incident: incidentID}
	}},
	{"appeal-sent-bare", func(l Lang) document { return AppealSent{Lang: l} }},
	{"drill", func(l Lang) document { return Drill{Lang: l, Lookalike: inJapan} }},
	{"drill-all", func(l Lang) document {
		return Drill{Lang: l, Lookalike: inJapan, Copy: inJapan, Password: when}
	}},
	{"drill-observe", func(l Lang) document { return Drill{Lang: l, Observe: true} }},
	{"drill-copy", func(l Lang) document { return DrillImitation{Lang: l} }},
	{"drill-form", func(l Lang) document { return DrillForm{Lang: l} }},
	{"notice-page", func(l Lang) document {
		return Notice{Lang: l, Severity: "red", Door: "page", Host: host("q7rk2.pages.dev"), Page: origin + "incident/" + incidentID}
	}},
	{"failure", func(l Lang) document {
		return Failure{
			Lang: l, Code: CodeRefused, Host: "shop.example", Port: 8443, Time: inJapan,
			Detail: "dial tcp 203.0.113.9:8443: connect: connection refused",
		}
	}},
	{"failure-clock", func(l Lang) document {
		return Failure{
			Lang: l, Code: CodeTLSNotYet, Host: "www.example.co.jp", Port: 443, Time: when, ClockSkew: -50 * time.Hour,
			Detail: "x509: certificate has expired or is not yet valid: current time is before 2026-01-17T00:00:00Z",
		}
	}},
	{"failure-bare", func(l Lang) document { return Failure{Lang: l, Code: CodeNotProxy} }},
	{"status-protected", func(l Lang) document {
		return Status{
			Lang: l, Client: "192.168.1.23", CATrusted: true, Mode: "enforce", Version: "v0.1.0", Resolver: "127.0.0.1:5354",
			CAFingerprint: "3A:5C:0F:91:7D:E2:48:B6:AA:10:C4:73:5E:29:8F:D1:6B:04:97:3C:E8:52:BD:1A:70:F6:2E:85:9B:C0:41:D7",
			ConsoleURL:    "http://127.0.0.1:8766/",
			Today:         Tally{Since: inJapan, Read: 1234, Warned: 2, Held: 0},
		}
	}},
	{"status-partial", func(l Lang) document { return Status{Lang: l, Mode: "enforce", Client: "127.0.0.1"} }},
	{"status-observe", func(l Lang) document {
		return Status{Lang: l, Mode: "observe", CATrusted: true, Resolver: "[::1]:5354"}
	}},
	{"notice-red", func(l Lang) document {
		w := imitation(l)
		w.Frame, w.Page = true, origin+"incident/"+incidentID
		return w
	}},
	{"notice-amber", func(l Lang) document {
		return Notice{Lang: l, Severity: "amber", Host: host("amazon-seller-tools.example")}
	}},
	{"gone", func(l Lang) document { return Gone{Lang: l, SellerCentral: "https://sellercentral.amazon.de/"} }},
}

// each runs f on every sample in every language.
func each(t *testing.T, f func(t *testing.T, l Lang, d document)) {
	t.Helper()
	for _, s := range samples {
		for _, l := range []Lang{Japanese, English} {
			t.Run(s.name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				f(t, l, s.make(l))
			})
		}
	}
}

// mustRender renders d or ends the test.
func mustRender(t testing.TB, d document) []byte {
	t.Helper()
	b, err := d.Render()
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	return b
}

// The golden files leave the style sheet out: it is the same in all of them.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, l := range []Lang{Japanese, English} {
			t.Run(s.name+"."+string(l), func(t *testing.T) {
				t.Parallel()
				got := bytes.Replace(mustRender(t, s.make(l)), []byte(styleSheet), []byte("…"), 1)
				file := filepath.Join("testdata", s.name+"."+string(l)+".html")
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%s differs (-want +got); after a deliberate change run go test ./interstitial -update:\n%s", file, diff)
				}
			})
		}
	}
}

// A page must not depend on an unknown language, and must come out the same
// whenever it is rendered.
func TestRenderIsStable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l Lang, d document) {
		if diff := cmp.Diff(string(mustRender(t, d)), string(mustRender(t, d))); diff != "" {
			t.Errorf("two renderings differ:\n%s", diff)
		}
	})
	ja, odd := Gone{Lang: Japanese}, Gone{Lang: `"><script>`}
	if !bytes.Equal(mustRender(t, ja), mustRender(t, odd)) {
		t.Error("an unknown language is not shown as Japanese")
	}
}
