package interstitial

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Status is the page at https://sekisho.internal/: is this browser protected,
// and by what. Seeing it proves that the browser goes through the proxy.
type Status struct {
	Lang Lang

	// Client is the visitor's device, by name or address.
	Client string

	// CATrusted says that this client completed a TLS handshake with one of
	// sekisho's certificates.
	CATrusted bool

	// Doubted says that, all the same, a program on this client does not trust them.
	Doubted bool

	// Mode is the configuration's: "observe" is said loudly, anything else
	// counts as "enforce".
	Mode string

	Version string

	// Resolver is the address the resolver listens at; empty when it is off.
	Resolver string

	// CAFingerprint is the SHA-256 of the root certificate, for comparing.
	CAFingerprint string

	// ConsoleURL is the console's http or https URL; empty when it is off.
	ConsoleURL string

	// Today is what was done since midnight; without a Since it is left out.
	Today Tally

	// SellerCentral is as in [Warning].
	SellerCentral string
}

// Tally counts what was done for everybody since a time. It names nobody.
type Tally struct {
	Since  time.Time
	Read   int64 // pages that were read before they were shown
	Warned int64 // sites and pages in whose place a warning was shown
	Held   int64 // requests with a sign-in that were held
}

// statusView is what status.html shows.
type statusView struct {
	page
	links
	State           string // protected, partial or observe
	Checks          []check
	Next            []string // keys into text.json
	Console         string
	Client, Version string
	Resolver        string
	Fingerprint     []string // octets, between which a line may break
	Time            *moment  // since when is counted
	Tally           []figure
}

// figure is a count and what it counts, a key into text.json.
type figure struct{ Name, Count string }

// check is one line of the table of what is in place.
type check struct {
	Name, Text string // keys into text.json
	Good       bool
}

// Render returns the page as UTF-8 HTML.
func (s Status) Render() ([]byte, error) {
	observe, dns := s.Mode == "observe", s.Resolver != ""
	v := statusView{
		page:     page{words: speak(s.Lang), Tone: "calm", Switch: true},
		links:    newLinks(s.SellerCentral),
		State:    "protected",
		Console:  consoleURL(s.ConsoleURL),
		Client:   clean(s.Client, maxShort),
		Version:  clean(s.Version, maxShort),
		Resolver: clean(s.Resolver, maxShort),
		Checks: []check{
			{"status.proxy", "status.proxy.yes", true},
			{"status.ca", pick(s.CATrusted, pick(s.Doubted, "status.ca.doubted", "status.ca.yes"), "status.ca.no"), s.CATrusted},
			{"status.mode", pick(observe, "status.mode.observe", "status.mode.enforce"), !observe},
			{"status.dns", pick(dns, "status.dns.on", "status.dns.off"), dns},
		},
	}
	switch {
	case observe:
		v.State, v.Tone = "observe", severityAmber
	case !s.CATrusted:
		v.State, v.Tone = "partial", severityAmber
	}
	if f := clean(s.CAFingerprint, 2*maxShort); f != "" {
		v.Fingerprint = strings.Split(f, ":")
	}
	if v.Time = v.moment(s.Today.Since); v.Time != nil {
		for _, f := range []struct {
			name string
			n    int64
		}{{"status.today.read", s.Today.Read}, {"status.today.warned", s.Today.Warned}, {"status.today.held", s.Today.Held}} {
			v.Tally = append(v.Tally, figure{f.name, strconv.FormatInt(f.n, 10)})
		}
	}
	v.Next = s.next()
	return render("status.html", v)
}

// next lists what is left to do, most useful first.
func (s Status) next() []string {
	var next []string
	if !s.CATrusted {
		next = append(next, "status.next.ca", "status.next.ca.phone")
	}
	if s.Mode == "observe" {
		next = append(next, "status.next.observe")
	}
	if s.Resolver == "" {
		next = append(next, "status.next.dns")
	}
	if next == nil {
		return []string{"status.next.none"}
	}
	return next
}

// pick returns yes if cond holds and no otherwise.
func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

// consoleURL returns s if it is an absolute http or https URL: the console
// listens on loopback without TLS by default.
func consoleURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// SetHeaders sets the response headers of this page.
func (s Status) SetHeaders(h http.Header) {
	SetHeaders(h)
	setOwnOrigin(h)
}
