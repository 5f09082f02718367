package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/proxy/netconn"
	"sekisho/proxy/origincert"
	"sekisho/rules"
)

// A site that forgets to send its intermediate certificate works in browsers,
// which fetch it from the address in the certificate (RFC 5280, section
// 4.2.2.1). The bounds here are tight because a stranger chooses that address.
const (
	// fetchTimeout bounds all fetches for one site.
	fetchTimeout = 3 * time.Second
	// maxFetched is what an intermediate may measure; they are 1 to 2 KiB.
	maxFetched = 16 << 10
	// maxMissing is how many intermediates are fetched for one site.
	maxMissing = 2
	// maxFetching is how many sites are completed at a time; beyond it a site
	// is treated as without intermediate.
	maxFetching = 8
	// completedFor is how long intermediates are remembered, and the lack of
	// them is.
	completedFor, incompleteFor = time.Hour, time.Minute
	// maxCompleted bounds the sites remembered.
	maxCompleted = 1024
)

// issuers finds the intermediates that sites forget.
type issuers struct {
	server *Server
	roots  *x509.CertPool
	client *http.Client
	slots  chan struct{}

	mu    sync.Mutex
	known map[target]completion
}

// completion is what was found for a site; nil when nothing was.
type completion struct {
	certs []*x509.Certificate
	until time.Time
}

func newIssuers(s *Server, roots *x509.CertPool) *issuers {
	return &issuers{
		server: s, roots: roots, slots: make(chan struct{}, maxFetching), known: map[target]completion{},
		client: &http.Client{
			Transport: &http.Transport{
				DisableKeepAlives:      true,
				MaxResponseHeaderBytes: maxFetched,
				DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
					t, err := parseTarget(addr, 0)
					if err != nil {
						return nil, err
					}
					return s.dial(ctx, t) // every address checked as for a client
				},
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// of returns what is known to be missing from t's chain.
func (i *issuers) of(t target) []*x509.Certificate {
	c, _ := i.recall(t)
	return c.certs
}

func (i *issuers) recall(t target) (completion, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c, ok := i.known[t]
	return c, ok && time.Now().Before(c.until)
}

func (i *issuers) remember(t target, certs []*x509.Certificate) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.known) >= maxCompleted {
		clear(i.known)
	}
	d := completedFor
	if certs == nil {
		d = incompleteFor
	}
	i.known[t] = completion{certs, time.Now().Add(d)}
}

// complete looks for what err says is missing from t's chain, and reports
// whether it was found; [issuers.of] returns it from then on.
func (i *issuers) complete(ctx context.Context, t target, err error) bool {
	var bad *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &bad) || !errors.As(err, &unknown) || len(bad.UnverifiedCertificates) > origincert.MaxChain {
		return false
	}
	if _, ok := i.recall(t); ok {
		return false // tried a moment ago
	}
	select {
	case i.slots <- struct{}{}:
		defer func() { <-i.slots }()
	default:
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	found, err := i.climb(ctx, t, bad.UnverifiedCertificates)
	if err != nil {
		i.server.log.Debug("chain not completed", zap.String("host", t.name.String()), zap.Error(err))
	}
	i.remember(t, found)
	return found != nil
}

// climb fetches the issuer of the topmost certificate until the chain verifies.
func (i *issuers) climb(ctx context.Context, t target, sent []*x509.Certificate) (found []*x509.Certificate, err error) {
	for range maxMissing {
		top := topOf(sent)
		if top == nil {
			return nil, errors.New("chain ends in itself")
		}
		parent, err := i.fetch(ctx, top)
		if err != nil {
			return nil, err
		}
		found, sent = append(found, parent), append(sent[:len(sent):len(sent)], parent)
		if _, err := origincert.Chains(i.roots, t.name.String(), sent, nil); err == nil {
			return found, nil
		}
	}
	return nil, errors.New("still no way to a trusted root")
}

// topOf follows issuers from the leaf as far as certs go. It returns nil for a
// chain that is whole, if untrusted.
func topOf(certs []*x509.Certificate) *x509.Certificate {
	top := certs[0]
	for range certs {
		if bytes.Equal(top.RawIssuer, top.RawSubject) {
			return nil
		}
		next := (*x509.Certificate)(nil)
		for _, c := range certs {
			if c != top && bytes.Equal(c.RawSubject, top.RawIssuer) {
				next = c
				break
			}
		}
		if next == nil {
			return top
		}
		top = next
	}
	return nil
}

// fetch gets the issuer of c from where c says it is.
func (i *issuers) fetch(ctx context.Context, c *x509.Certificate) (*x509.Certificate, error) {
	for _, raw := range c.IssuingCertificateURL[:min(len(c.IssuingCertificateURL), maxMissing)] {
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "http" || u.User != nil || !i.mayAsk(u) {
			continue
		}
		der, err := i.get(ctx, u)
		if err != nil {
			return nil, err
		}
		parent, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(parent.RawSubject, c.RawIssuer) || c.CheckSignatureFrom(parent) != nil {
			return nil, errors.New("fetched a certificate that is not the issuer's")
		}
		return parent, nil
	}
	return nil, errors.New("no usable address of the issuer's certificate")
}

// mayAsk reports whether u is where a client might go, too.
func (i *issuers) mayAsk(u *url.URL) bool {
	t, err := parseTarget(u.Host, defaultPort("http"))
	return err == nil && !t.ownSite() && i.server.checkPort(t.port) == nil &&
		i.server.settings.Load().Policy.Decide(t.name).Action == rules.Allow
}

func (i *issuers) get(ctx context.Context, u *url.URL) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "") // nothing that tells of us
	resp, err := i.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("issuer's certificate: status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFetched+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxFetched {
		return nil, netconn.ErrTooMuch
	}
	if block, _ := pem.Decode(body); block != nil && strings.HasPrefix(strings.TrimSpace(string(body)), "-----BEGIN") {
		return block.Bytes, nil
	}
	return body, nil
}
