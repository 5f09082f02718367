package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
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

// doh speaks DNS over HTTPS by POST. It uses the transport alone, without an
// http.Client, so that nothing follows a redirect or keeps a cookie.
type doh struct {
	target
	url     string
	connect func() *http.Transport
	current atomic.Pointer[session]
}

// A session is a transport with its connection, and when that last answered.
type session struct {
	*http.Transport
	// answered is in Unix nanoseconds; 0 until the first answer.
	answered atomic.Int64
}

func openHTTPS(t target, o Options) (Exchanger, error) {
	where := newLocator(t, o)
	u := url.URL{Scheme: "https", Host: net.JoinHostPort(t.certName, strconv.Itoa(int(t.port)))}
	config := tlsConfig(t, o)
	d := &doh{target: t, url: u.String() + t.path}
	d.connect = func() *http.Transport {
		return &http.Transport{
			DialContext:            func(ctx context.Context, _, _ string) (net.Conn, error) { return where.dial(ctx) },
			TLSClientConfig:        config.Clone(),
			TLSHandshakeTimeout:    handshakeTime,
			ForceAttemptHTTP2:      true,
			HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingWait},
			IdleConnTimeout:        idleLife,
			MaxIdleConnsPerHost:    idleMax,
			MaxResponseHeaderBytes: 16 << 10,
			DisableCompression:     true,
		}
	}
	d.current.Store(&session{Transport: d.connect()})
	return d, nil
}

// Close leaves a connection with requests under way to these: it is asked
// nothing more.
func (d *doh) Close() error {
	d.renew(d.current.Load())
	return nil
}

func (d *doh) Exchange(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	wire, err := packPadded(q, 0) // RFC 8484, section 4.1: for the sake of caches
	if err != nil {
		return nil, err
	}
	s := d.current.Load()
	post := func(ctx context.Context) (*dns.Msg, error) { return d.post(ctx, s, wire, q) }
	start := time.Now().UnixNano()
	if s.answered.Load() == 0 {
		return post(ctx)
	}
	alive := func() bool { return s.answered.Load() > start }
	return hedge(ctx, alive, post, func(ctx context.Context) (*dns.Msg, error) {
		return d.post(ctx, d.renew(s), wire, q)
	})
}

// renew replaces old, whose connection is in doubt, unless that has been done.
func (d *doh) renew(old *session) *session {
	fresh := &session{Transport: d.connect()}
	if !d.current.CompareAndSwap(old, fresh) {
		return d.current.Load()
	}
	old.CloseIdleConnections()
	return fresh
}

func (d *doh) post(ctx context.Context, s *session, wire []byte, q *dns.Msg) (*dns.Msg, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(wire))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", dohType)
	req.Header.Set("Accept", dohType)
	req.Header.Set("User-Agent", "")
	resp, err := s.RoundTrip(req)
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp)
	if err != nil {
		return nil, cause(ctx, err)
	}
	s.answered.Store(time.Now().UnixNano())
	if match(body, wire) != fitting {
		return nil, errMismatch
	}
	return unpack(body, q)
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
