package proxy_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"sekisho/guard"
	"sekisho/internal/labnet"
)

// framesOf sends body on stream as the windows allow, its last byte only when most of
// it was taken, and returns what came on the stream until both sides are through.
func (h *rawH2) framesOf(stream uint32, body []byte) (got []string, status string) {
	h.t.Helper()
	ofStream, ofConn := 1<<20, 65535
	taken, ended, pinged := false, false, false
	for {
		for len(body) > 1 && min(ofStream, ofConn) > 0 {
			n := min(len(body)-1, ofStream, ofConn, 16<<10)
			if err := h.WriteData(stream, false, body[:n]); err != nil {
				h.t.Fatal(err)
			}
			body, ofStream, ofConn = body[n:], ofStream-n, ofConn-n
		}
		if len(body) == 1 && taken {
			if err := h.WriteData(stream, true, body); err != nil {
				h.t.Fatal(err)
			}
			body = nil
		}
		if ended && len(body) == 0 && !pinged {
			pinged = true
			_ = h.WritePing(false, [8]byte{1}) // what is still to come on the stream comes before its answer
		}
		f, err := h.ReadFrame()
		if err != nil {
			h.t.Fatalf("after %q: %v", got, err)
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = h.WriteSettingsAck()
			}
			continue
		case *http2.PingFrame:
			return got, status
		case *http2.WindowUpdateFrame:
			if f.StreamID == 0 {
				ofConn += int(f.Increment)
				continue
			}
			ofStream, taken = ofStream+int(f.Increment), taken || len(body) == 1
			continue
		case *http2.HeadersFrame:
			fields, err := h.dec.DecodeFull(f.HeaderBlockFragment())
			if err != nil {
				h.t.Fatal(err)
			}
			status, ended = fields[0].Value, f.StreamEnded()
		case *http2.DataFrame:
			ended = f.StreamEnded()
		case *http2.RSTStreamFrame:
			return append(got, "reset"), status
		}
		got = append(got, f.Header().Type.String())
	}
}

// TestRestTaken: over HTTP/2 the answer to an upload that is held back, or refused, does
// not end before the upload, whose reset hides it from curl.
func TestRestTaken(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	site := authority(shop, l.Origin([]string{shop}, labnet.Handler()))
	small := bytes.Repeat([]byte("a=bcdefg"), 2<<10)
	pair := []byte("email=" + url.QueryEscape(ownID) + "&password=" + url.QueryEscape(ownPassword) + "&rest=")
	for name, c := range map[string]struct {
		target, authority string
		fields            map[string]string
		body              []byte
		status            string
	}{
		"name":              {lookalike + ":443", lookalike, navigation, small, "303"},
		"name, by a script": {lookalike + ":443", lookalike, nil, small, "403"},
		"misdirected":       {lookalike + ":443", shop, navigation, small, "421"},
		"own site":          {"sekisho.internal:443", "sekisho.internal", navigation, small, "404"},
		"credentials":       {site, site, navigation, append(pair, bytes.Repeat([]byte("x"), 2*guard.MaxBody+64<<10)...), "303"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := l.rawH2(t, c.target)
			fields := []field{{":method", http.MethodPost}, {":scheme", "https"}, {":authority", c.authority}, {":path", "/nothing"}, {"content-type", "application/x-www-form-urlencoded"}}
			for name, value := range c.fields {
				fields = append(fields, field{strings.ToLower(name), value})
			}
			if err := h.open(1, false, fields...); err != nil {
				t.Fatal(err)
			}
			got, status := h.framesOf(1, c.body)
			if status != c.status || slices.Contains(got, "reset") || status == "303" && !slices.Contains(got, "DATA") {
				t.Errorf("status %q by %q; want %s, and no reset", status, got, c.status)
			}
		})
	}
}
