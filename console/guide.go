package console

import (
	"context"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"sekisho/journal"
)

// drillAddress is where the exercise is. It leads through the proxy, or nowhere.
const drillAddress = "https://sekisho.internal/drill"

// guideView is the page that leads through the set-up.
type guideView struct {
	page
	Fingerprint string // of the root, SHA-256
	PAC         string // the address of the proxy configuration
	Proxy, DNS  *place // where the device reaches them, nil when they are off
	Protected   int    // accounts
	Drill       string // address of the exercise
	Drilled     bool   // somebody did it in the last 30 days
	Client      string // the address of the device that looks at the page
	CADone      bool
	ProxyDone   bool
	DNSDone     bool
	Codes       []phoneCode // for phones; none when they cannot reach the console
	Systems     []string    // that there are instructions for
}

// phoneCode is a code to be read with a phone's camera.
type phoneCode struct {
	Key string // of its text
	*code
}

// systems are the groups of instructions, in the order to show.
var systems = []string{"windows", "mac", "ios", "android", "linux", "chrome", "firefox"}

// phones fills in the codes. The certificate is fetched in the clear, because a phone
// does not trust it yet; the fingerprint is compared instead.
func (v *guideView) phones(at netip.AddrPort) error {
	for _, to := range [][2]string{{"guide.phone.ca", "http://" + at.String() + "/ca.crt"}, {"guide.phone.page", "https://" + at.String() + "/set-up"}} {
		c, err := newCode(to[1])
		if err != nil {
			return err
		}
		v.Codes = append(v.Codes, phoneCode{to[0], c})
	}
	return nil
}

// tick says whether a step is known to be done.
type tick struct {
	Words words
	Done  bool
}

// Tick returns what a step shows.
func (v guideView) Tick(done bool) tick { return tick{v.words, done} }

// serveGuide shows the steps, with what is known to be done.
func (s *Server) serveGuide(w http.ResponseWriter, r *http.Request, who person) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	v := guideView{
		page: s.page(r, who, "guide.title"), Fingerprint: fingerprintOf(s.options.RootPEM()),
		PAC: scheme + "://" + r.Host + "/proxy.pac", Proxy: placeFor(s.options.Proxy(), r), DNS: placeFor(s.options.DNS(), r),
		Protected: len(s.options.Accounts()), Drill: drillAddress, Client: clientOf(r).String(),
		Systems: systems,
	}
	if at, ok := s.reachable(r); ok {
		if err := v.phones(at); err != nil {
			s.fail(w, r, "draw the codes", err)
			return
		}
	}
	j, err := s.reader.get()
	if err == nil && j != nil {
		err = v.read(r.Context(), j, time.Now().Add(-seenFor))
	}
	if err != nil {
		s.failPage(w, r, "read what is set up", err)
		return
	}
	s.show(w, http.StatusOK, "guide.html", v)
}

// read fills in what the journal knows of this device and of the exercise.
func (v *guideView) read(ctx context.Context, j *journal.Reader, since time.Time) error {
	clients, err := j.Clients(ctx, since)
	if err != nil {
		return err
	}
	for _, c := range clients {
		if c.Client == v.Client {
			row := newClientRow(c)
			v.ProxyDone, v.CADone, v.DNSDone = row.Proxy == "yes", row.CA == "yes", row.DNS == "yes"
		}
	}
	totals, err := j.Totals(ctx, since, time.Time{})
	for _, n := range totals {
		v.Drilled = v.Drilled || n.Ground == "drill"
	}
	return err
}

// fingerprintOf returns the SHA-256 of the certificate in a PEM block as systems show
// it, "" when there is none.
func fingerprintOf(b []byte) string {
	block, _ := pem.Decode(b)
	if block == nil {
		return ""
	}
	sum := sha256.Sum256(block.Bytes)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}
