package sinkhole_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// TestBodyCloses: a connection on which a body was left unread ends, however short the
// body: what comes next could be taken for a request.
func TestBodyCloses(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	for _, scheme := range []string{"http", "https"} {
		resp, err := r.client(t, false).Post(scheme+"://"+blocked+"/", "application/x-www-form-urlencoded", strings.NewReader("a=b"))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if !resp.Close {
			t.Errorf("%s: the connection is kept", scheme)
		}
	}
}

// TestLeftHandshake: a client that leaves without a word against the leaf has not
// refused it.
func TestLeftHandshake(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	for name, leave := range map[string]func(*net.TCPConn) error{
		"silently":      (*net.TCPConn).CloseWrite,
		"with nonsense": func(c *net.TCPConn) error { _, err := io.WriteString(c, "GET / HTTP/1.1\r\n\r\n"); return err },
	} {
		c, err := net.Dial("tcp", r.secure)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(patience))
		if _, err := c.Write(helloFor(t, blocked)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 100)); err != nil { // of the leaf's flight
			t.Fatal(err)
		}
		if err := leave(c.(*net.TCPConn)); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, c)     // until the handshake is over
		time.Sleep(50 * time.Millisecond) // and was told of
		if r.heard("refused " + blocked) {
			t.Errorf("a client that left %s counts as one that refuses", name)
		}
		_ = c.Close()
	}
}

// TestHandshakeOver: the time that a handshake has is not that of its connection.
func TestHandshakeOver(t *testing.T) {
	t.Parallel()
	const head = 2 * time.Second // which a busy machine may need
	r := start(t, head, new(house))
	c := r.client(t, true)
	for _, again := range []bool{false, true} {
		if again {
			time.Sleep(head + 50*time.Millisecond)
		}
		trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
			if got.Reused != again {
				t.Errorf("on the connection from before: %t; want %t", got.Reused, again)
			}
		}}
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, "https://"+blocked+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}

// TestMarked: what net/http answers by itself says whose it is, what the house answers
// does not need to.
func TestMarked(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	dial := map[string]func() (net.Conn, error){
		"clear": func() (net.Conn, error) { return net.Dial("tcp", r.clear) },
		"TLS": func() (net.Conn, error) {
			return tls.Dial("tcp", r.secure, &tls.Config{RootCAs: r.roots, ServerName: blocked, NextProtos: []string{"http/1.1"}})
		},
	}
	for door, open := range dial {
		c, err := open()
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(patience))
		said := make([]byte, 4<<10)
		for _, tt := range []struct {
			asked  string
			marked bool
		}{{"GET / HTTP/1.1\r\nHost: " + blocked + "\r\n\r\n", false}, {"GET / HTTP/1.1\r\n\r\n", true}} {
			_, _ = io.WriteString(c, tt.asked)
			n, err := c.Read(said)
			if got := strings.Contains(string(said[:n]), "X-Whose"); err != nil || got != tt.marked {
				t.Errorf("%s: %q is answered by %q, %v; want it marked: %t", door, tt.asked, said[:n], err, tt.marked)
			}
		}
		_ = c.Close()
	}
	if r.heard("marked no head") {
		t.Error("records of TLS are marked like heads")
	}
}

// TestAnew has each connection show its trust: no session is taken up, and no leaf is
// good for longer than a day.
func TestAnew(t *testing.T) {
	t.Parallel()
	r := start(t, time.Minute, new(house))
	cfg := &tls.Config{RootCAs: r.roots, ServerName: blocked, ClientSessionCache: tls.NewLRUClientSessionCache(4), NextProtos: []string{"http/1.1"}}
	for range 3 {
		c, err := tls.Dial("tcp", r.secure, cfg)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", blocked)
		_, _ = io.Copy(io.Discard, c) // with it any ticket
		if left := time.Until(c.ConnectionState().PeerCertificates[0].NotAfter); left > 24*time.Hour {
			t.Errorf("leaf valid for %v; want a day at most", left)
		}
		if c.ConnectionState().DidResume {
			t.Error("a session was taken up")
		}
		_ = c.Close()
	}
}
