package upstream

import (
	"crypto/tls"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// dohServer serves h over TLS with HTTP/2 and returns its port.
func dohServer(t testing.TB, cert tls.Certificate, h http.HandlerFunc) string {
	t.Helper()
	l := listenTCP(t)
	server := &http.Server{Handler: h, TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return port(l.Addr().String())
}

func TestDoH(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1", "dns.example")
	var h2 atomic.Int32
	p := dohServer(t, cert, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			h2.Add(1)
		}
		q, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/dns-query" || r.Header.Get("Content-Type") != dohType ||
			q[0]|q[1] != 0 || r.UserAgent() != "" {
			t.Errorf("request %s %s %v: %v", r.Method, r.URL, r.Header, err)
		}
		w.Header().Set("Content-Type", dohType)
		_, _ = w.Write(reply(q, "192.0.2.1"))
	})
	for _, url := range []string{"https://127.0.0.1:" + p, "https://127.0.0.1:" + p + "/dns-query#dns.example"} {
		e := open(t, url, Options{Roots: roots})
		wantA(t, e, "shop.example.", "192.0.2.1")
		wantA(t, e, "shop.example.", "192.0.2.1")
	}
	if h2.Load() != 4 {
		t.Errorf("%d requests over HTTP/2; want 4", h2.Load())
	}
}

func dohRejects(t *testing.T) {
	cert, roots := testCert(t, "127.0.0.1")
	write := func(kind string, status int, body func(q []byte) []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			q, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = w.Write(body(q))
		}
	}
	good := func(q []byte) []byte { return reply(q, "192.0.2.66") }
	for name, h := range map[string]http.HandlerFunc{
		"html":     write("text/html", 200, func([]byte) []byte { return []byte("<html>log in to the Wi-Fi") }),
		"type":     write("application/octet-stream", 200, good),
		"5xx":      write(dohType, 502, good),
		"redirect": write(dohType, 307, good),
		"see":      write(dohType, 302, good),
		"long":     write(dohType, 200, func(q []byte) []byte { return append(good(q), make([]byte, 64<<10)...) }),
		"id":       write(dohType, 200, func(q []byte) []byte { r := good(q); r[1] = 7; return r }),
		"empty":    write(dohType, 200, func([]byte) []byte { return nil }),
		"question": write(dohType, 200, func(q []byte) []byte { r := good(q); r[13] = 'X'; return r }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := open(t, "https://127.0.0.1:"+dohServer(t, cert, h), Options{Roots: roots})
			if r, err := ask(t, e, "shop.example."); err == nil {
				t.Errorf("got %v; want an error", r)
			}
		})
	}
}

// dohGoneSilent has a connection that answered once answer no more.
func dohGoneSilent(t *testing.T) {
	cert, roots := testCert(t, "127.0.0.1")
	var first atomic.Pointer[string]
	var requests atomic.Int32
	p := dohServer(t, cert, func(w http.ResponseWriter, r *http.Request) {
		first.CompareAndSwap(nil, &r.RemoteAddr)
		q, _ := io.ReadAll(r.Body)
		if requests.Add(1) > 1 && r.RemoteAddr == *first.Load() {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", dohType)
		_, _ = w.Write(reply(q, "192.0.2.1"))
	})
	e := open(t, "https://127.0.0.1:"+p, Options{Roots: roots})
	for range 3 {
		wantA(t, e, "shop.example.", "192.0.2.1")
	}
	if n := requests.Load(); n != 4 {
		t.Errorf("%d requests; want 4: one was in vain", n)
	}
}

// TestDoHBegins: many questions at once, when nothing is open, open one connection;
// a server without HTTP/2 gets several, and answers all.
func TestDoHBegins(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	for version, protos := range map[int][]string{2: {"h2"}, 1: {"http/1.1"}} {
		l := listenTCP(t)
		var conns sync.Map
		var opened, got atomic.Int32
		server := &http.Server{
			TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: protos},
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, known := conns.LoadOrStore(r.RemoteAddr, true); !known {
					opened.Add(1)
				}
				got.Store(int32(r.ProtoMajor))
				q, _ := io.ReadAll(r.Body)
				w.Header().Set("Content-Type", dohType)
				_, _ = w.Write(reply(q, "192.0.2.1"))
			}),
		}
		server.Protocols = new(http.Protocols)
		server.Protocols.SetHTTP1(version == 1)
		server.Protocols.SetHTTP2(version == 2)
		done := make(chan struct{})
		go func() { defer close(done); _ = server.ServeTLS(l, "", "") }()
		t.Cleanup(func() { _ = server.Close(); <-done })
		e := open(t, "https://"+l.Addr().String(), Options{Roots: roots})
		quick := askAll(t, e, 60)
		if got.Load() != int32(version) {
			t.Errorf("HTTP/%d was spoken; want %d", got.Load(), version)
		}
		if n := opened.Load(); version == 2 && quick && n != 1 || n > maxLinks {
			t.Errorf("HTTP/%d: %d connections for 60 questions", version, n)
		}
	}
}

// TestDoHAge: what a cache on the way has had for a while is old already (RFC 8484,
// section 5.1).
func TestDoHAge(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	for age, want := range map[string]uint32{
		"": 60, "20": 40, " 20 ": 40, "0": 60, "60": 0, "3000": 0, "99999999999999999999": 0, "-5": 60, "soon": 60, "1.5": 60,
	} {
		p := dohServer(t, cert, func(w http.ResponseWriter, r *http.Request) {
			q, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", dohType)
			w.Header().Set("Age", age)
			_, _ = w.Write(reply(q, "192.0.2.1", func(m *dns.Msg) {
				soa, err := dns.NewRR("example. 60 IN SOA a.example. b.example. 1 2 3 4 5")
				if err != nil {
					panic(err)
				}
				m.Ns = append(m.Ns, soa)
				m.SetEdns0(1232, true)
			}))
		})
		r, err := ask(t, open(t, "https://127.0.0.1:"+p, Options{Roots: roots}), "shop.example.")
		if err != nil {
			t.Fatal(err)
		}
		if a, soa := r.Answer[0].Header().Ttl, r.Ns[0].Header().Ttl; a != want || soa != want {
			t.Errorf("age %q: TTLs %d and %d; want %d", age, a, soa, want)
		}
		if opt := r.IsEdns0(); opt == nil || !opt.Do() {
			t.Errorf("age %q: OPT %v; want it as it was", age, opt)
		}
	}
}
