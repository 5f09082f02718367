package resolver

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/miekg/dns"
	"go.uber.org/zap"

	"sekisho/resolver/datagram"
)

const (
	dohPath = "/dns-query"
	dohType = "application/dns-message"
	// headTime bounds the head of a request, requestTime a request and its
	// reply, which every query has within answerTime.
	headTime    = messageTime
	requestTime = answerTime + 2*writeTime
	// maxHead is far more than the longest query takes in base64, so that whoever
	// asks too much by GET is told so by its status: what is above makes HTTP/2
	// end the connection.
	maxHead = 64 << 10
)

// Values of headers that all replies share. Nobody changes them.
var dohTypes, noSniff = []string{dohType}, []string{"nosniff"}

// serveDoH answers DNS over HTTPS (RFC 8484) until ctx ends.
func (s *Server) serveDoH(ctx context.Context) error {
	log, err := zap.NewStdLogAt(s.log.Named("doh"), zap.DebugLevel)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(s.doh),
		ReadHeaderTimeout: headTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      requestTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHead,
		// No less a stream: clients send as much before they have heard of another
		// limit (RFC 9113, section 6.9.2).
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: pipeline, MaxReadFrameSize: 16 << 10, MaxReceiveBufferPerConnection: 64 << 10, MaxReceiveBufferPerStream: 64 << 10},
		ConnState: newDoHConns(s).state,
		ErrorLog:  log,
	}
	drained := make(chan struct{})
	context.AfterFunc(ctx, func() {
		defer close(drained)
		limit, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		if server.Shutdown(limit) != nil {
			_ = server.Close()
		}
	})
	err = server.Serve(tls.NewListener(guests{s.secured.doh, &s.streams.running}, s.tlsFor(alpnHTTP2, "http/1.1")))
	if ctx.Err() == nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve DNS over HTTPS: %w", err) // which ends ctx, and the rest below
	}
	<-drained
	return nil
}

// doh answers one request. Pages of other sites can send some, but as nothing
// here permits it they cannot read the answers.
func (s *Server) doh(w http.ResponseWriter, r *http.Request) {
	query, code := dohQuery(r)
	if code != 0 {
		if code == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, HEAD, POST")
		}
		http.Error(w, http.StatusText(code), code)
		return
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	how := arrival{tcp: true, sealed: true}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		how.at = local.AddrPort().Addr().Unmap()
	}
	s.counts.queries[overHTTPS].Inc()
	var late chan []byte
	reply, waits := s.handle(query, from.Addr(), how, make([]byte, 0, firstRead), func(awaiting) sender {
		told := make(chan []byte, 1)
		late = told
		return func(reply []byte) { told <- reply }
	})
	if waits {
		select {
		case reply = <-late:
		case <-r.Context().Done():
			return
		}
	}
	if reply == nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	h := w.Header()
	h["Content-Type"], h["X-Content-Type-Options"] = dohTypes, noSniff
	h.Set("Content-Length", strconv.Itoa(len(reply)))
	h.Set("Cache-Control", "max-age="+strconv.FormatUint(uint64(lifeOf(reply)), 10))
	_, _ = w.Write(reply) // who went away has no use for it
}

// dohQuery returns the query of r, or the status of what is wrong with it.
func dohQuery(r *http.Request) (query []byte, code int) {
	if r.URL.Path != dohPath {
		return nil, http.StatusNotFound
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		text := dnsParameter(r.URL)
		if len(text) > base64.RawURLEncoding.EncodedLen(datagram.MaxQuery) {
			return nil, http.StatusRequestURITooLong
		}
		query, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(query) == 0 {
			return nil, http.StatusBadRequest
		}
		return query, 0
	case http.MethodPost:
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != dohType {
			return nil, http.StatusUnsupportedMediaType
		}
		query, err := io.ReadAll(io.LimitReader(r.Body, datagram.MaxQuery+1))
		switch {
		case err != nil:
			return nil, http.StatusBadRequest
		case len(query) > datagram.MaxQuery:
			return nil, http.StatusRequestEntityTooLarge
		}
		return query, 0
	}
	return nil, http.StatusMethodNotAllowed
}

// dnsParameter is the query of u, which nearly always is all there is in it and
// needs no decoding.
func dnsParameter(u *url.URL) string {
	if text, ok := strings.CutPrefix(u.RawQuery, "dns="); ok && !strings.ContainsAny(text, "%+&;=") {
		return text
	}
	return u.Query().Get("dns")
}

// lifeOf is for how many seconds reply, which this package made, holds: the
// least of its TTLs (RFC 8484, section 5.1), that of the SOA where there is no
// answer. Failures hold for no time.
func lifeOf(reply []byte) (life uint32) {
	rcode := int(reply[3] & 0x0f)
	if rcode != dns.RcodeSuccess && rcode != dns.RcodeNameError || binary.BigEndian.Uint16(reply[4:]) != 1 {
		return 0
	}
	records := int(binary.BigEndian.Uint16(reply[6:])) + int(binary.BigEndian.Uint16(reply[8:]))
	off := skipName(reply, headerLen) + 4
	for i := range records {
		off = skipName(reply, off)
		if off == 0 || off+recordHead > len(reply) {
			return 0
		}
		if ttl := binary.BigEndian.Uint32(reply[off+4:]); i == 0 || ttl < life {
			life = ttl
		}
		off += recordHead + int(binary.BigEndian.Uint16(reply[off+8:]))
	}
	return life
}
