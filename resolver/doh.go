package resolver

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/zap"
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

// shortReply is up to where net/http finds the length of a reply itself, in either version.
const shortReply = 2000

// Values of headers that all replies share. Nobody changes them.
var dohTypes, noSniff = []string{dohType}, []string{"nosniff"}

// serveDoH answers DNS over HTTPS (RFC 8484) until ctx ends.
func (s *Server) serveDoH(ctx context.Context) error {
	log, err := zap.NewStdLogAt(s.log.Named("doh"), zap.DebugLevel)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(s.dohInTime),
		ReadHeaderTimeout: headTime,
		WriteTimeout:      requestTime, // and see dohInTime
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

// dohInTime is doh with a limit to the time for a body in HTTP/1. That of net/http would be
// a timer for each request in HTTP/2 as well, at a fifteenth of all that one costs, though
// the one for the reply ends whatever has taken too long there.
func (s *Server) dohInTime(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(requestTime))
	}
	s.doh(w, r)
}

// doh answers one request. Pages of other sites can send some, but as nothing
// here permits it they cannot read the answers.
func (s *Server) doh(w http.ResponseWriter, r *http.Request) {
	call := dohCalls.Get().(*dohCall)
	defer dohCalls.Put(call)
	query, code := call.read(r)
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
	reply, waits := s.handle(query, from.Addr(), how, call.reply, call.later)
	if waits {
		select {
		case reply = <-call.late:
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
	h["Cache-Control"] = []string{maxAge(lifeOf(reply))}
	if len(reply) > shortReply {
		h["Content-Length"] = []string{strconv.Itoa(len(reply))}
	}
	_, _ = w.Write(reply) // who went away has no use for it
}

// maxAge is how a client is told for how many seconds a reply holds.
func maxAge(life uint32) string {
	var room [len("max-age=4294967295")]byte
	return string(strconv.AppendUint(append(room[:0], "max-age="...), uint64(life), 10))
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
