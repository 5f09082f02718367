package resolver

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
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

// TestDoHUnsent has clients announce bodies that never come. Each request ends in its time,
// and what waits for the rest of one does.
func TestDoHUnsent(t *testing.T) {
	t.Parallel()
	s, config := startSecured(t, Options{Policy: policy([]string{"blocked.example"}, nil)})
	query, err := newQuery("blocked.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	for name, head := range map[string]string{
		"POST":           "POST /dns-query HTTP/1.1\r\nHost: dns\r\nContent-Type: application/dns-message\r\nContent-Length: 40\r\n\r\n",
		"POST in pieces": "POST /dns-query HTTP/1.1\r\nHost: dns\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n",
		"GET":            "GET /dns-query?dns=" + base64.RawURLEncoding.EncodeToString(query) + " HTTP/1.1\r\nHost: dns\r\nContent-Length: 40\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := config.Clone()
			config.NextProtos = nil
			conn, err := tls.Dial("tcp", s.DoH().String(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			if _, err := io.WriteString(conn, head); err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(conn)
			want := "HTTP/1.1 400 "
			if name == "GET" {
				want = "HTTP/1.1 200 "
			}
			if err != nil || !strings.HasPrefix(string(all), want) {
				t.Errorf("%.40q, %v; want %s and the end", all, err, want)
			}
		})
	}
	t.Run("HTTP/2", func(t *testing.T) {
		t.Parallel()
		body, end := io.Pipe()
		defer func() { _ = end.Close() }()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+s.DoH().String()+dohPath, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", dohType)
		client := dohClient(t, config.Clone())
		client.Timeout = time.Minute
		resp, err := client.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		if stream := (http2.StreamError{}); !errors.As(err, &stream) {
			t.Errorf("%v; want the stream to be ended", err)
		}
	})
}
