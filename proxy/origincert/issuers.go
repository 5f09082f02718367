package origincert

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

	"sekisho/hostname"
	"sekisho/proxy/recent"
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

// Issuers finds the intermediates that sites forget. It is safe for concurrent use.
type Issuers struct {
	roots  *x509.CertPool
	mayAsk func(*url.URL) bool
	client *http.Client
	log    *zap.Logger
	slots  chan struct{}

	mu    sync.Mutex
	known *recent.Map[site, completion]
}

// site is where certificates are shown.
type site struct {
	name hostname.Name
	port uint16
}

// completion is what was found for a site; nil when nothing was.
type completion struct {
	certs []*x509.Certificate
	until time.Time
}

// NewIssuers looks for ways to roots. It asks, without TLS, at no address that mayAsk
// does not allow, by connections that dial makes to the host and port it is given; both
// are to refuse what a client could not reach either.
func NewIssuers(roots *x509.CertPool, mayAsk func(*url.URL) bool, dial func(ctx context.Context, address string) (net.Conn, error), log *zap.Logger) *Issuers {
	return &Issuers{
		roots: roots, mayAsk: mayAsk, log: log, slots: make(chan struct{}, maxFetching), known: recent.New[site, completion](maxCompleted),
		client: &http.Client{
			Transport: &http.Transport{
				DisableKeepAlives:      true,
				MaxResponseHeaderBytes: maxFetched,
				DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
					return dial(ctx, address)
				},
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Of returns what is known to be missing from the chain that is shown at name and port.
func (i *Issuers) Of(name hostname.Name, port uint16) []*x509.Certificate {
	c, _ := i.recall(site{name, port})
	return c.certs
}

func (i *Issuers) recall(s site) (completion, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c, ok := i.known.Get(s)
	return c, ok && time.Now().Before(c.until)
}

func (i *Issuers) remember(s site, certs []*x509.Certificate) {
	i.mu.Lock()
	defer i.mu.Unlock()
	d := completedFor
	if certs == nil {
		d = incompleteFor
	}
	i.known.Put(s, completion{certs, time.Now().Add(d)})
}

// Complete looks for what err, of a handshake, says is missing from the chain that is
// shown at name and port, and reports whether it was found; [Issuers.Of] returns it from
// then on.
func (i *Issuers) Complete(ctx context.Context, name hostname.Name, port uint16, err error) bool {
	s := site{name, port}
	var bad *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &bad) || !errors.As(err, &unknown) || len(bad.UnverifiedCertificates) > MaxChain {
		return false
	}
	if _, ok := i.recall(s); ok {
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
	found, err := i.climb(ctx, name, bad.UnverifiedCertificates)
	if err != nil {
		i.log.Debug("chain not completed", zap.String("site", name.Registrable()), zap.String("error", strings.ReplaceAll(err.Error(), name.String(), name.Registrable())))
	}
	i.remember(s, found)
	return found != nil
}

// climb fetches the issuer of the topmost certificate until the chain verifies.
func (i *Issuers) climb(ctx context.Context, name hostname.Name, sent []*x509.Certificate) (found []*x509.Certificate, err error) {
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
		if _, err := Chains(i.roots, name.String(), sent, nil); err == nil {
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
func (i *Issuers) fetch(ctx context.Context, c *x509.Certificate) (*x509.Certificate, error) {
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

func (i *Issuers) get(ctx context.Context, u *url.URL) ([]byte, error) {
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
		return nil, errors.New("issuer's certificate: more bytes than allowed")
	}
	if block, _ := pem.Decode(body); block != nil && strings.HasPrefix(strings.TrimSpace(string(body)), "-----BEGIN") {
		return block.Bytes, nil
	}
	return body, nil
}
