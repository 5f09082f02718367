package proxy

import (
	"context"
	"crypto/x509"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/proxy/recent"
)

const (
	// maxIssuer is as much of an issuer's name as is kept, in bytes. A certificate
	// may have one of many kilobytes.
	maxIssuer = 128
	// maxSeen bounds the hosts remembered. To forget one costs its event an issuer.
	maxSeen = 8192
	// refusalsEvery is how often the refusal of one host's certificate is recorded,
	// and maxRefusals of how many hosts in that time: a page can make a browser ask
	// for any number of them.
	refusalsEvery = time.Hour
	maxRefusals   = 256
)

// certSeen is what a host's certificate said of itself.
type certSeen struct {
	issuer              string // organisation, or name, as it stands there
	notBefore, notAfter time.Time
}

// certsSeen remembers the certificates that hosts showed last, accepted or not, for
// the events about them. Ports of a host are not told apart.
type certsSeen struct {
	mu      sync.Mutex
	seen    *recent.Map[string, certSeen]
	refused map[string]time.Time // when the refusal was recorded
}

func newCertsSeen() *certsSeen {
	return &certsSeen{seen: recent.New[string, certSeen](maxSeen), refused: map[string]time.Time{}}
}

// note remembers the leaf that host shows.
func (c *certsSeen) note(host string, leaf *x509.Certificate) {
	issuer := leaf.Issuer.CommonName
	if len(leaf.Issuer.Organization) > 0 {
		issuer = leaf.Issuer.Organization[0]
	}
	seen := certSeen{strings.Clone(issuer[:min(len(issuer), maxIssuer)]), leaf.NotBefore, leaf.NotAfter}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen.Put(host, seen)
}

// fill writes into e what is known of host's certificate, whatever e calls it.
func (c *certsSeen) fill(host string, e *journal.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen, ok := c.seen.Get(host); ok {
		e.CertIssuer, e.CertNotBefore, e.CertNotAfter = seen.issuer, seen.notBefore, seen.notAfter
	}
}

// news reports whether the refusal of host's certificate is to be recorded.
func (c *certsSeen) news(host string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.refused[host]; ok && now.Sub(at) < refusalsEvery {
		return false
	}
	if len(c.refused) >= maxRefusals {
		for other, at := range c.refused {
			if now.Sub(at) >= refusalsEvery {
				delete(c.refused, other)
			}
		}
	}
	if len(c.refused) >= maxRefusals {
		return false
	}
	c.refused[host] = now
	return true
}

// refusedCertificate records that a site could not be shown to r because of its
// certificate. It has no incident: there is nothing about it that could be decided.
func (s *Server) refusedCertificate(r *http.Request, t target, f *failure) {
	host := t.name.String()
	if !strings.HasPrefix(string(f.code), journal.CertificateRefused) || !s.origins.certs.news(host, time.Now()) {
		return
	}
	sent := false
	e := journal.Event{
		Door: journal.DoorProxy, Host: above(t.name).String(), Action: journal.ActionBlock, Severity: severityOf(f.code),
		Technique: string(f.code), Detail: f.detail, Sent: &sent,
	}
	if v := visitOf(r.Context()); v != nil {
		e.Client, e.Host = v.client.String(), s.recordedName(v).String()
	}
	s.origins.certs.fill(host, &e)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), recordTimeout)
	defer cancel()
	if _, err := s.journal.Record(ctx, e); err != nil {
		s.log.Error("event not durable", zap.String("host", e.Host), zap.Error(err))
	}
}

// severityOf is how bad a refused certificate is: most are a site's neglect. One
// that was taken back, or that names our own authority, is not.
func severityOf(code interstitial.Code) string {
	if code == interstitial.CodeTLSRevoked || code == interstitial.CodeTLSOwnCA {
		return journal.SeverityAmber
	}
	return journal.SeverityInfo
}
