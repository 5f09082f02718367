package metrics

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// text is what r exports of the names that begin with x_.
func text(t *testing.T, r *Registry) string {
	t.Helper()
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	var own []string
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "x_") || strings.Contains(line, " x_") {
			own = append(own, line)
		}
	}
	return strings.Join(own, "")
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	r := New()
	all := r.Counters("x_b_total", "By kind.", "kind", "one", `t"w\o`)
	all[1].Add(2)
	r.Gauge("x_a", "A gauge.", func() float64 { return 1.5 })
	r.CounterOf("x_c_total", "Somebody else's.", func() float64 { return 7 })
	h := r.Histogram("x_d_seconds", "Times.", []float64{1, 2}, "place", "here")
	h.Update(1.5)
	h.Update(3)
	table := r.Table("x_e_total", "By two.", Label{"a", []string{"p", "q"}}, Label{"b", []string{"r", "s", "t"}})
	table.Inc(1, 2)
	table.AddCell(1*3+2, 1)
	table.Inc(0, 0)
	want := `# HELP x_a A gauge.
# TYPE x_a gauge
x_a 1.5
# HELP x_b_total By kind.
# TYPE x_b_total counter
x_b_total{kind="one"} 0
x_b_total{kind="t\"w\\o"} 2
# HELP x_c_total Somebody else's.
# TYPE x_c_total counter
x_c_total 7
# HELP x_d_seconds Times.
# TYPE x_d_seconds histogram
x_d_seconds_bucket{place="here",le="1"} 0
x_d_seconds_bucket{place="here",le="2"} 1
x_d_seconds_bucket{place="here",le="+Inf"} 2
x_d_seconds_sum{place="here"} 4.5
x_d_seconds_count{place="here"} 2
# HELP x_e_total By two.
# TYPE x_e_total counter
x_e_total{a="p",b="r"} 1
x_e_total{a="q",b="t"} 2
`
	if got := text(t, r); got != want {
		t.Errorf("text:\n%s\nwant:\n%s", got, want)
	}
}

// TestNil lets a part count that nobody watches.
func TestNil(t *testing.T) {
	t.Parallel()
	var r *Registry
	r.Counter("x_total", "One.").Inc()
	r.Counter("x_total", "One.").Inc() // no registry, no clash
	r.Gauge("x", "One.", func() float64 { return 0 })
	r.Histogram("x_seconds", "One.", []float64{1}).Update(1)
	r.Table("x_table_total", "One.", Label{"a", []string{"b"}}).Inc(0)
}

func TestTableConcurrently(t *testing.T) {
	t.Parallel()
	r := New()
	table := r.Table("x_total", "One.", Label{"a", []string{"p", "q"}})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				table.Inc(1)
			}
		})
	}
	all.Wait()
	if got := text(t, r); !strings.Contains(got, `x_total{a="q"} 8000`) || strings.Contains(got, `"p"`) {
		t.Errorf("text: %s", got)
	}
}

func TestRegisteredTwice(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*Registry){
		"same":       func(r *Registry) { r.Counter("x_total", "One.", "a", "b") },
		"other kind": func(r *Registry) { r.Gauge("x_total", "One.", func() float64 { return 0 }) },
		"other help": func(r *Registry) { r.Counter("x_total", "Two.") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			r := New()
			r.Counter("x_total", "One.", "a", "b")
			again(r)
		}()
	}
}

// serve starts a server on loopback until the test ends.
func serve(t *testing.T) string {
	t.Helper()
	r := New()
	r.Counter("x_total", "One.").Inc()
	s, err := Listen("127.0.0.1:0", r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s.Addr().String()
}

func TestServer(t *testing.T) {
	t.Parallel()
	at := serve(t)
	_, port, _ := net.SplitHostPort(at)
	for _, test := range []struct {
		method, path, host string
		want               int
	}{
		{"GET", "/metrics", at, 200},
		{"HEAD", "/metrics", at, 200},
		{"GET", "/metrics", "localhost:" + port, 200},
		{"GET", "/metrics", "LOCALHOST.", 200},
		{"GET", "/metrics", "[::1]:" + port, 200},
		{"GET", "/metrics?x=y", "192.0.2.1", 200}, // a forwarded port
		{"GET", "/metrics", "evil.example", 421},
		{"GET", "/metrics", "127.0.0.1.evil.example:" + port, 421},
		{"GET", "/metrics", "localhost.evil.example", 421},
		{"POST", "/metrics", at, 405},
		{"GET", "/", at, 404},
		{"GET", "/metrics/", at, 404},
		{"GET", "/debug/pprof/", at, 404},
	} {
		r, err := http.NewRequestWithContext(t.Context(), test.method, "http://"+at+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = test.host
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s %s of %s: %d; want %d", test.method, test.path, test.host, answer.StatusCode, test.want)
		}
		if has := strings.Contains(string(body), "x_total 1"); has != (test.want == 200 && test.method == "GET") {
			t.Errorf("%s %s of %s: %d shows figures: %v", test.method, test.path, test.host, answer.StatusCode, has)
		}
		if answer.Header.Get("X-Content-Type-Options") != "nosniff" || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers: %v", answer.Header)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// TestServerBounds closes what says nothing, or too much.
func TestServerBounds(t *testing.T) {
	t.Parallel()
	at := serve(t)
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "GET /metrics HTTP/1.1\r\nX: "+strings.Repeat("x", 4*maxHead))
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	answer, _ := io.ReadAll(conn)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 431 ") && len(answer) > 0 {
		t.Errorf("answer to a long head: %q", answer)
	}
}

// TestNeverServed closes the listener of a start that failed.
func TestNeverServed(t *testing.T) {
	t.Parallel()
	s, err := Listen("127.0.0.1:0", New())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Serve(ended); err != nil {
		t.Errorf("Serve: %v", err)
	}
	again, err := Listen(s.Addr().String(), New())
	if err != nil {
		t.Fatalf("the port is still taken: %v", err)
	}
	_ = again.Serve(ended)
}

func BenchmarkTable(b *testing.B) {
	table := New().Table("x_total", "One.", Label{"a", make([]string, 9)}, Label{"b", make([]string, 7)})
	b.ReportAllocs()
	for b.Loop() {
		table.Inc(0, 3)
	}
}

// BenchmarkTableParallel is all cores at one counter.
func BenchmarkTableParallel(b *testing.B) {
	table := New().Table("x_total", "One.", Label{"a", make([]string, 9)}, Label{"b", make([]string, 7)})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			table.Inc(0, 3)
		}
	})
}
