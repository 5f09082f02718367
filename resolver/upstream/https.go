package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	dohType = "application/dns-message"
	// dohLimit is the largest message DNS knows (RFC 8484, section 6).
	dohLimit = dns.MaxMsgSize
	// A connection that was silent for pingAfter is asked whether it lives, and
	// given up pingWait later: a route that changed leaves no other trace.
	pingAfter = 2 * time.Second
	pingWait  = time.Second
)

func init() { register("https", protocol{port: 443, named: true, open: openHTTPS}) }

// doh speaks DNS over HTTPS by POST. It uses connections alone, without an
// http.Client, so that nothing follows a redirect or keeps a cookie.
type doh struct {
	target
	url       string
	where     *locator
	transport *http.Transport
	pool      *pool
	limit     streamLimit
}

func openHTTPS(t target, o Options) (Exchanger, error) {
	u := url.URL{Scheme: "https", Host: net.JoinHostPort(t.certName, strconv.Itoa(int(t.port)))}
	d := &doh{target: t, url: u.String() + t.path, where: newLocator(t, o)}
	d.limit.Store(linkRoom)
	d.transport = &http.Transport{
		DialContext:            func(ctx context.Context, _, _ string) (net.Conn, error) { return d.where.dial(ctx) },
		TLSClientConfig:        tlsConfig(t, o),
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingWait},
		MaxResponseHeaderBytes: 16 << 10,
		DisableCompression:     true,
	}
	d.pool = newPool(func(ctx context.Context, changed func(link)) (link, error) {
		conn, err := d.transport.NewClientConn(ctx, "https", u.Host)
		if err != nil {
			return nil, err
		}
		s := &session{conn: conn, url: d.url, limit: &d.limit}
		conn.SetStateHook(func(*http.ClientConn) { changed(s) })
		return s, nil
	})
	return d, nil
}

func (d *doh) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	return d.pool.exchange(ctx, q)
}

// Close leaves connections with requests under way to these: they are asked
// nothing more.
func (d *doh) Close() error {
	d.where.close()
	d.pool.close()
	return nil
}

// age is for how many seconds a cache on the way has had what came with h (RFC 9111,
// section 5.1).
func age(h http.Header) uint32 {
	n, _ := strconv.ParseUint(strings.TrimSpace(h.Get("Age")), 10, 32) // 0 if it is no number, the largest if it is larger
	return uint32(n)
}

// grow takes seconds from all TTLs of reply (RFC 8484, section 5.1).
func grow(reply *dns.Msg, seconds uint32) {
	for _, section := range [...][]dns.RR{reply.Answer, reply.Ns, reply.Extra} {
		for _, rr := range section {
			if h := rr.Header(); h.Rrtype != dns.TypeOPT {
				h.Ttl -= min(h.Ttl, seconds)
			}
		}
	}
}

// readBody returns the message in resp, refusing whatever is not plainly one.
func readBody(resp *http.Response) ([]byte, error) {
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("http status %d", resp.StatusCode)
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != dohType {
		return nil, fmt.Errorf("content type %q, want %q", resp.Header.Get("Content-Type"), dohType)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, dohLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	if len(body) > dohLimit {
		return nil, errors.New("reply over 64 KiB")
	}
	return body, nil
}
