package proxy_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// rawH2 speaks HTTP/2 inside an intercepted tunnel frame by frame, so that it
// may say what no client library does.
type rawH2 struct {
	*http2.Framer
	t     testing.TB
	conn  *tls.Conn
	block bytes.Buffer
	enc   *hpack.Encoder
	dec   *hpack.Decoder
}

// field is one line of an HTTP/2 head.
type field struct{ name, value string }

// rawH2 opens a tunnel to target and sends the preface. settings are the
// client's.
func (l *lab) rawH2(t testing.TB, target string, settings ...http2.Setting) *rawH2 {
	t.Helper()
	cfg := l.trusting()
	cfg.ServerName, _, _ = strings.Cut(target, ":")
	cfg.NextProtos = []string{"h2"}
	c := tls.Client(l.connect(t, target), cfg)
	if err := c.Handshake(); err != nil {
		t.Fatalf("TLS to %s: %v", target, err)
	}
	if got := c.ConnectionState().NegotiatedProtocol; got != "h2" {
		t.Fatalf("protocol %q; want h2", got)
	}
	return newRawH2(t, c, settings...)
}

// newRawH2 sends the preface on c.
func newRawH2(t testing.TB, c *tls.Conn, settings ...http2.Setting) *rawH2 {
	t.Helper()
	h := &rawH2{Framer: http2.NewFramer(c, c), t: t, conn: c, dec: hpack.NewDecoder(4096, nil)}
	h.AllowIllegalWrites, h.AllowIllegalReads = true, true
	h.enc = hpack.NewEncoder(&h.block)
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteSettings(settings...); err != nil {
		t.Fatal(err)
	}
	return h
}

// encode returns fields as a header block.
func (h *rawH2) encode(fields []field) []byte {
	h.block.Reset()
	for _, f := range fields {
		_ = h.enc.WriteField(hpack.HeaderField{Name: f.name, Value: f.value})
	}
	return bytes.Clone(h.block.Bytes())
}

// open sends the head of a request. An error is the server's refusal to hear
// more, and shows in what is read.
func (h *rawH2) open(stream uint32, end bool, fields ...field) error {
	return h.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: h.encode(fields), EndStream: end, EndHeaders: true})
}

// head is an ordinary request for path of authority with fields behind it.
func head(authority, path string, fields ...field) []field {
	return append([]field{{":method", "GET"}, {":scheme", "https"}, {":authority", authority}, {":path", path}}, fields...)
}

// outcome is how the server ended a stream: with a status, or by an error of
// the stream or of the connection.
type outcome struct {
	status string
	body   []byte
	reset  string
}

func (o outcome) String() string {
	return fmt.Sprintf("status %q, %s, %.80q", o.status, o.reset, o.body)
}

// refused reports whether the request was not taken.
func (o outcome) refused() bool { return o.reset != "" || o.status >= "400" }

// outcome reads until stream has ended one way or the other.
func (h *rawH2) outcome(stream uint32) outcome {
	h.t.Helper()
	var o outcome
	for {
		f, err := h.ReadFrame()
		if err != nil {
			if o.reset = "closed"; isTimeout(err) {
				h.t.Fatalf("stream %d has no end: %v", stream, o)
			}
			return o
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = h.WriteSettingsAck()
			}
		case *http2.GoAwayFrame:
			if f.ErrCode != http2.ErrCodeNo {
				o.reset = "GOAWAY " + f.ErrCode.String()
				return o
			}
		case *http2.RSTStreamFrame:
			if f.StreamID == stream {
				o.reset = "RST_STREAM " + f.ErrCode.String()
				return o
			}
		case *http2.HeadersFrame:
			fields, err := h.dec.DecodeFull(f.HeaderBlockFragment())
			if err != nil {
				h.t.Fatalf("decode an answer's head: %v", err)
			}
			if f.StreamID == stream && fields[0].Name == ":status" {
				o.status = fields[0].Value
			}
			if f.StreamID == stream && f.StreamEnded() {
				return o
			}
		case *http2.DataFrame:
			if f.StreamID == stream {
				o.body = append(o.body, f.Data()...)
				if f.StreamEnded() {
					return o
				}
			}
		}
	}
}
