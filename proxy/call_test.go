package proxy_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/journal"
)

// keeper is an origin that keeps all it gets, and answers each piece with as much.
type keeper struct {
	mu   sync.Mutex
	got  bytes.Buffer
	head chan http.Header
}

// ServeHTTP implements [http.Handler].
func (s *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // an error in HTTP/2, which has it anyhow
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	w.WriteHeader(http.StatusOK)
	_ = control.Flush()
	if s.head != nil {
		s.head <- r.Header
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Body.Read(buf)
		s.mu.Lock()
		s.got.Write(buf[:n])
		s.mu.Unlock()
		if _, failed := w.Write(buf[:n]); errors.Is(err, io.EOF) {
			return
		} else if failed != nil || err != nil {
			panic(http.ErrAbortHandler) // half a conversation is none
		}
		_ = control.Flush()
	}
}

func (s *keeper) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got.String()
}

// envelope puts a message into one, compressed if that is said.
func envelope(t testing.TB, compressed bool, message []byte) []byte {
	flags := byte(0)
	if compressed {
		message, flags = packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, message), 1
	}
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message))), message...)
}

// proto is a message of Protocol Buffers with strings in it, numbered from 1.
func proto(values ...string) (b []byte) {
	for i, v := range values {
		b = append(binary.AppendUvarint(append(b, byte(i+1)<<3|2), uint64(len(v))), v...)
	}
	return b
}

// talk is a call under way.
type talk struct {
	io.Writer
	close func() error
	resp  chan *http.Response
	fail  chan error
}

// converse begins a call without a word. Only a program holds such conversations.
func (l *lab) converse(t *testing.T, c *http.Client, url string, header map[string]string) *talk {
	t.Helper()
	pr, pw := io.Pipe()
	t.Cleanup(func() { _ = pw.Close() })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, pr)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	k := &talk{Writer: pw, close: pw.Close, resp: make(chan *http.Response, 1), fail: make(chan error, 1)}
	go func() {
		resp, err := c.Do(req)
		if err != nil {
			k.fail <- err
			return
		}
		k.resp <- resp
	}()
	return k
}

// grpc are the headers of a program's call.
func grpc(contentType string) map[string]string {
	return map[string]string{"Content-Type": contentType, "Te": "trailers", "Grpc-Encoding": "gzip"}
}

// TestHP24Call: both halves of a call go as they come: the head before any message, and
// each message before the next is there.
func TestHP24Call(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	big := make([]byte, 3<<20)
	for i := range big {
		big[i] = byte(rand.IntN(256))
	}
	for _, contentType := range []string{"application/grpc", "application/grpc+proto", "application/grpc-web+proto", "application/connect+json"} {
		t.Run(contentType, func(t *testing.T) {
			t.Parallel()
			s := &keeper{head: make(chan http.Header, 1)}
			k := l.converse(t, l.client(), https(shop, l.Origin([]string{shop}, s), "/shop.Talk/Both"), grpc(contentType))
			for _, step := range []func() bool{func() bool { return len(s.head) > 0 }, func() bool { return len(k.resp) > 0 }} {
				wait(t, "the heads of a call without messages", step)
			}
			resp := <-k.resp
			defer func() { _ = resp.Body.Close() }()
			sent := 0
			for i, message := range [][]byte{proto("hello"), {}, proto("a", "b"), bytes.Repeat(proto("again"), 5000), big, proto("the end")} {
				m := envelope(t, i%2 == 1, message)
				go func() {
					_, _ = k.Write(m[:len(m)/2])
					if i == 3 { // half a message is none, however long it takes
						time.Sleep(2 * time.Second)
						if got := s.all(); len(got) != sent {
							t.Errorf("%d bytes arrived of half a message", len(got)-sent)
						}
					}
					_, _ = k.Write(m[len(m)/2:])
				}()
				back := make([]byte, len(m))
				if _, err := io.ReadFull(resp.Body, back); err != nil || !bytes.Equal(back, m) {
					t.Fatalf("message %d: %v, the same %t", i, err, bytes.Equal(back, m))
				}
				sent += len(m)
			}
			_ = k.close()
			if rest, err := io.ReadAll(resp.Body); len(rest) != 0 || err != nil {
				t.Errorf("rest = %q, %v", rest, err)
			}
		})
	}
}

// callRows carry the protected sign-in, in messages that follow one another.
func callRows(t *testing.T) map[string][][]byte {
	plain := func(m []byte) []byte { return envelope(t, false, m) }
	long := strings.Repeat("long ", 400_000)
	return map[string][][]byte{
		"in one message":             {plain(proto("hello")), plain(proto(ownID, ownPassword))},
		"in one, compressed":         {envelope(t, true, proto(ownID, ownPassword))},
		"in two messages":            {plain(proto(ownID)), plain(proto("", ownPassword))},
		"in two, others between":     {plain(proto(ownID)), plain(proto("hello")), plain(proto("", ownPassword))},
		"in two, compressed":         {envelope(t, true, proto(ownID)), envelope(t, true, proto("", ownPassword))},
		"behind an ID, in one write": {append(plain(proto(ownID)), plain(proto("", ownPassword))...)},
		"JSON":                       {plain([]byte(`{"email":"` + ownID + `","password":"` + ownPassword + `"}`))},
		"in two, JSON":               {plain([]byte(`{"email":"` + ownID + `"}`)), plain([]byte(`{"password":"` + ownPassword + `"}`))},
		"far into a long message":    {plain([]byte(long + `{"email":"` + ownID + `","password":"` + ownPassword + `"}` + long))},
		"password first":             {plain(proto("", ownPassword, ownID))},
		"password first, in two":     {plain(proto("", ownPassword)), plain(proto(ownID))},
		"password first, between":    {plain(proto("", ownPassword)), plain(proto("hello")), plain(proto(ownID))},
		"password first, JSON":       {plain([]byte(`{"password":"` + ownPassword + `","email":"` + ownID + `"}`))},
		"no envelope":                {[]byte(`{"email":"` + ownID + `","password":"` + ownPassword + `"}`)},
	}
}

// TestHP24HeldCall: a call ends before the message that makes a sign-in leaves.
func TestHP24HeldCall(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	for name, messages := range callRows(t) {
		for _, h2 := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", name, h2), func(t *testing.T) {
				host := strings.ToLower(strings.NewReplacer(" ", "", ",", "").Replace(name)) + fmt.Sprint(h2) + ".example" // a site of its own: one hold is remembered
				s := &keeper{}
				o := l.Origin([]string{host}, s)
				k := l.converse(t, l.httpClient(l.trusting(), h2), https(host, o, "/shop.Accounts/SignIn"), grpc("application/grpc"))
				before := 0
				for _, m := range messages {
					wait(t, "the messages before", func() bool { return len(s.all()) == before })
					if _, err := k.Write(m); err != nil {
						break // it has ended
					}
					before += len(m)
				}
				// A client whose connection is cut before there is an answer waits until its
				// caller has no more to say.
				silent := time.AfterFunc(patience, func() { _ = k.close() })
				defer silent.Stop()
				select {
				case resp := <-k.resp:
					if body, err := io.ReadAll(resp.Body); err == nil && resp.StatusCode != http.StatusForbidden {
						t.Errorf("answer = %d %.80q to its end; want it cut, or 403", resp.StatusCode, body)
					}
				case err := <-k.fail:
					t.Logf("the call ended with %v", err)
				}
				// Nobody knows a password before there is an ID: then this does not leave.
				gone, kept := name == "far into a long message", ownPassword[:4]
				if strings.HasPrefix(name, "password first, ") && len(messages) > 1 {
					gone, kept = true, ownID
				}
				if got := s.all(); strings.Contains(got, kept) {
					t.Errorf("the origin got %q in %.80q", kept, got)
				}
				events := l.events(journal.Filter{Host: host})
				if len(events) != 1 || events[0].Action != journal.ActionHold || events[0].Account != ownLabel || events[0].Sent == nil || *events[0].Sent != gone {
					t.Errorf("events = %+v; want a hold of the account", events)
				}
			})
		}
	}
}
