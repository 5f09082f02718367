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
