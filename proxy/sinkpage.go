package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/proxy/ruling"
	"sekisho/proxy/sinkhole"
	"sekisho/proxy/trust"
	"sekisho/rules"
)

// sinkLookup bounds what is asked of the resolver about one name. Nearly always
// it has just been asked that, and remembers.
const sinkLookup = 3 * time.Second

// sinkCSRF keeps other sites from sending the form of the page.
var sinkCSRF = http.NewCrossOriginProtection()

// listenSinkhole binds what o asks for; nil for nothing.
func listenSinkhole(s *Server, o Options) (*sinkhole.Sinkhole, error) {
	if o.Sinkhole == "" && o.SinkholeTLS == "" {
		return nil, nil
	}
	return sinkhole.Listen(sinkhole.Options{
		Clear: o.Sinkhole, Secure: o.SinkholeTLS, Head: s.bounds.head, Room: s.bounds.sinkhole, Authority: s.ca, House: sinkPages{s}, Log: s.log,
	})
}

// Sinkhole is where the warning for blocked names is served, over HTTP and over
// TLS; nil when that is off.
func (s *Server) Sinkhole() (clear, secure net.Addr) {
	if s.sinkhole == nil {
		return nil, nil
	}
	return s.sinkhole.Addrs()
}

// sinkPages decides for the sinkhole, and answers under the name of a blocked site with
// the warning. Who is led there has no other way to sekisho's own origin, so the page
// stands on the site's, where nothing of the site is.
type sinkPages struct{ server *Server }

// Serves implements [sinkhole.House].
func (p sinkPages) Serves(client netip.Addr) bool {
	return allowed(p.server.settings.Load().Clients, client)
}

// Blocks implements [sinkhole.House].
func (p sinkPages) Blocks(n hostname.Name) bool {
	_, blocked := p.server.blockedName(p.server.over, n)
	return blocked && !p.server.expired()
}

// Accepted implements [sinkhole.House].
func (p sinkPages) Accepted(client netip.Addr, program trust.Fingerprint, n hostname.Name) {
	p.server.believers.Accepted(client, program, n)
	p.server.presentWithTrust(client)
}

// Refused implements [sinkhole.House].
func (p sinkPages) Refused(client netip.Addr, program trust.Fingerprint, n hostname.Name) {
	p.server.log.Info("certificate refused at the sinkhole", zap.String("client", client.String()), siteField(n))
	p.server.believers.Refused(client, program, n)
}

// Mark implements [sinkhole.House].
func (p sinkPages) Mark(head []byte) []byte { return marked(head) }

// Answer implements [sinkhole.House]. A site that is not blocked, any more or at all, is
// none of ours; browsers come back on a new connection then.
func (p sinkPages) Answer(w http.ResponseWriter, r *http.Request, led sinkhole.Visit) {
	p.server.recovering(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.answer(w, r, led) })).ServeHTTP(w, r)
}

func (p sinkPages) answer(w http.ResponseWriter, r *http.Request, led sinkhole.Visit) {
	s := p.server
	if !p.Serves(led.Client) { // no longer, since a reload
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeClient, detail: led.Client.String() + " is not in access.clients"})
		return
	}
	why, held := s.blockedName(r.Context(), led.Site)
	if !held {
		w.Header().Set("Connection", "close")
		s.fail(w, r, target{}, &failure{code: interstitial.CodeMisdirected, detail: "no site is blocked under the name that was asked for"})
		return
	}
	v := &visit{client: led.Client, scheme: led.Scheme, target: target{led.Site, defaultPort(led.Scheme)}}
	s.answerSunk(w, r.WithContext(withVisit(r.Context(), v)), v, why)
}

// answerSunk answers r, which is held, as the proxy would, but for where the page is.
func (s *Server) answerSunk(w http.ResponseWriter, r *http.Request, v *visit, why ruling.Ruling) {
	if id, ok := appealTo(r); ok {
		if _, live := s.incidents.Get(id); live && sinkCSRF.Check(r) == nil {
			r.SetPathValue("id", id)
			s.takeAppeal(w, r, pageless)
			return
		}
	}
	inc, _ := s.incidents.Of(s.where(v), why)
	if inc.EventID == 0 || isNavigation(r) { // what a page is made of is one visit
		unsent := false
		if !s.journalise(r.Context(), v, why, &unsent, inc) {
			s.failUnrecorded(w, r, target{inc.At.Host, inc.At.Port})
			return
		}
	}
	if now, live := s.incidents.Get(inc.ID); live {
		inc = now
	}
	p := pageless(s.liveWarning(r, inc))
	h := w.Header()
	switch {
	case isNavigation(r):
		s.showWarning(w, r, p, http.StatusForbidden)
	case isFrame(r):
		n := interstitial.Notice{Lang: s.language(r), Severity: why.Severity, Host: inc.At.Host, Incident: inc.ID}
		s.write(w, r, n, http.StatusForbidden)
	default:
		h.Set(incidentHeader, inc.ID)
		p.SetProblemHeaders(h)
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			_, _ = w.Write(p.Problem())
		}
	}
}

// blockedName returns the ruling on n if it is blocked, by what it is called or
// by where it leads, as the resolver judges it. The zero Name is not.
func (s *Server) blockedName(ctx context.Context, n hostname.Name) (ruling.Ruling, bool) {
	st := s.settings.Load()
	if _, isIP := n.Addr(); n.IsZero() || isIP || st.Observe || rules.IsGenuine(n) {
		return ruling.Ruling{}, false
	}
	if v := st.Policy.Decide(n); v.Action == rules.Block {
		return ruling.ByName(v), true
	}
	ctx, cancel := context.WithTimeout(ctx, sinkLookup)
	defer cancel()
	_, err := s.addresses(ctx, n)
	var led *BlockedError
	if !errors.As(err, &led) {
		return ruling.Ruling{}, false
	}
	return ruling.ByName(led.verdict()), true
}

// pageless takes out the address of the page, which only the proxy's clients can open.
func pageless(p interstitial.Warning) interstitial.Warning {
	p.Page = ""
	return p
}

// appealTo is the incident that r, as the form of its page, appeals against.
func appealTo(r *http.Request) (id string, ok bool) {
	if r.Method != http.MethodPost {
		return "", false
	}
	rest, found := strings.CutPrefix(r.URL.Path, "/i/")
	id, found2 := strings.CutSuffix(rest, "/appeal")
	return id, found && found2
}
