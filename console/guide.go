package console

import (
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// drillAddress is where the exercise is. It leads through the proxy, or nowhere.
const drillAddress = "https://sekisho.internal/drill"

// guideView is the page that leads through the set-up.
type guideView struct {
	page
	Fingerprint string // of the root, SHA-256
	PAC         string // the address of the proxy configuration
	Proxy, DNS  *place // where the device reaches them, nil when they are off
	Drill       string // address of the exercise
	Client      string // the address of the device that looks at the page
	Done        done
	Ticking     string      // where its changes come from
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

// policy lets the script that moves the ticks run.
func (guideView) policy() string { return livePolicy }

// serveGuide shows the steps, with what is known to be done.
func (s *Server) serveGuide(w http.ResponseWriter, r *http.Request, who person) {
	v := guideView{
		page: s.page(r, who, "guide.title"), Fingerprint: fingerprintOf(s.options.RootPEM()),
		PAC: pacAddress(r), Proxy: placeFor(s.options.Proxy(), r), DNS: placeFor(s.options.DNS(), r),
		Drill: drillAddress, Client: clientOf(r).String(), Systems: systems,
	}
	v.Ticking = ticksPath + "?lang=" + string(v.Lang)
	if at, ok := s.reachable(r); ok {
		if err := v.phones(at); err != nil {
			s.fail(w, r, "draw the codes", err)
			return
		}
	}
	var err error
	if v.Done, err = s.done(r.Context(), v.words, v.Client); err != nil {
		s.failPage(w, r, "read what is set up", err)
		return
	}
	s.show(w, http.StatusOK, "guide.html", v)
}

// pacAddress is where the client of r gets the proxy configuration: in the clear, at the
// port that has TLS too. A browser that cannot get it goes around the proxy, and nothing
// shows it. By TLS that would be every browser whose certificates do not have the root
// yet, or no longer after a new one was made, and those whose system fetches it with
// others than the person's, as a service of Windows may. Who can change it on its way can as well
// change what goes to the proxy, which is reached in the clear in any case.
func pacAddress(r *http.Request) string { return "http://" + r.Host + "/proxy.pac" }

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
