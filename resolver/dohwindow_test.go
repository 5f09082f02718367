package resolver

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// TestDoHWindow has a client send as much of a body as it may before it has heard
// of the server's limits. That is too long a query, not a breach of the protocol.
func TestDoHWindow(t *testing.T) {
	t.Parallel()
	s, config := startSecured(t, Options{Policy: policy(nil, nil)})
	config = config.Clone()
	config.NextProtos = []string{"h2"}
	conn, err := tls.Dial("tcp", s.DoH().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	var head, all bytes.Buffer
	fields := hpack.NewEncoder(&head)
	for _, f := range [][2]string{{":method", "POST"}, {":scheme", "https"}, {":authority", s.DoH().String()}, {":path", dohPath}, {"content-type", dohType}} {
		_ = fields.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}) // into memory
	}
	const window, frame = 65535, 16 << 10
	all.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&all, conn)
	_ = framer.WriteSettings()
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head.Bytes(), EndHeaders: true})
	for left := window; left > 0; left -= frame {
		_ = framer.WriteData(1, false, make([]byte, min(left, frame)))
	}
	if _, err := conn.Write(all.Bytes()); err != nil {
		t.Fatal(err)
	}
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	for {
		f, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		switch f := f.(type) {
		case *http2.MetaHeadersFrame:
			if status := f.PseudoValue("status"); status != "413" {
				t.Errorf("status %s; want 413", status)
			}
			return
		case *http2.RSTStreamFrame:
			t.Fatalf("the stream ended with %v; want an answer", f.ErrCode)
		case *http2.GoAwayFrame:
			t.Fatalf("the connection ended with %v; want an answer", f.ErrCode)
		}
	}
}

// TestDoHUnread has a client ask for as much as it may at once and take none of the
// answers, while it reads what else the server says. Each request ends in its time.
func TestDoHUnread(t *testing.T) {
	t.Parallel()
	s, config := startSecured(t, Options{Policy: policy([]string{"blocked.example"}, nil)})
	config = config.Clone()
	config.NextProtos = []string{"h2"}
	conn, err := tls.Dial("tcp", s.DoH().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	query, err := newQuery("blocked.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	framer := http2.NewFramer(conn, conn)
	if err := framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}); err != nil {
		t.Fatal(err)
	}
	var head bytes.Buffer
	fields := hpack.NewEncoder(&head)
	for i := range uint32(pipeline) {
		head.Reset()
		for _, f := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", s.DoH().String()}, {":path", dohPath + "?dns=" + base64.RawURLEncoding.EncodeToString(query)}} {
			_ = fields.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}) // into memory
		}
		if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 2*i + 1, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: true}); err != nil {
			t.Fatal(err)
		}
	}
	for answered, ended := 0, 0; ended < pipeline; {
		f, err := framer.ReadFrame()
		if err != nil {
			t.Fatalf("%d of %d answered, %d ended, then %v", answered, pipeline, ended, err)
		}
		switch f := f.(type) {
		case *http2.HeadersFrame:
			answered++
		case *http2.DataFrame:
			t.Fatalf("%d bytes of an answer that there is no window for", f.Length)
		case *http2.RSTStreamFrame:
			if ended++; answered != pipeline {
				t.Errorf("a request ended with %d of %d answered", answered, pipeline)
			}
		}
	}
}
