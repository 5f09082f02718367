package proxy_test

import (
	"crypto/tls"
	"net/http"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestProbeIsUsed: the connection on which an origin was verified carries the first
// request. With HTTP/2 the origin has spoken on it already; one that waited long is
// not trusted.
func TestProbeIsUsed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		h2    bool
		pause time.Duration // between the handshake and the first request
		want  int
	}{
		{"HTTP/1.1", false, 0, 1},
		{"HTTP/1.1 late", false, 2500 * time.Millisecond, 1},
		{"HTTP/2", true, 0, 1},
		{"HTTP/2 late", true, 2500 * time.Millisecond, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			o := l.Origin([]string{shop}, labnet.Handler())
			tr := l.httpClient(l.trusting(), tt.h2).Transport.(*http.Transport)
			tr.TLSClientConfig.VerifyConnection = func(tls.ConnectionState) error {
				time.Sleep(tt.pause) // the origin was verified before
				return nil
			}
			a := get(t, &http.Client{Transport: tr}, https(shop, o, "/echo"), nil)
			if e := a.echo(t); a.StatusCode != http.StatusOK || (e.Proto == "HTTP/2.0") != tt.h2 {
				t.Errorf("answer = %d, %s at the origin", a.StatusCode, e.Proto)
			}
			if n := o.Connections(); n != tt.want {
				t.Errorf("%d connections to the origin; want %d", n, tt.want)
			}
		})
	}
}

// TestParkedBounded is RL-17: connections that probes left are within the bound of idle
// ones.
func TestParkedBounded(t *testing.T) {
	t.Parallel()
	l := startBounded(t, proxy.Bounds{Pooled: 2})
	names := []string{"one.labnet.example", "two.labnet.example", "three.labnet.example", "four.labnet.example"}
	o := l.Origin(names, labnet.Handler())
	for _, host := range names {
		_ = l.tunnel(t, authority(host, o), l.trusting())
	}
	wait(t, "two connections to be left", func() bool { return o.Connections() == len(names) && o.Open() == 2 })
}
