package proxy_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// TestHP43Unhijacked is HP-43: the place of a tunnel is given back, and its origin let go,
// when the client's connection could not be taken from its server any more.
func TestHP43Unhijacked(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Policy = policy("never", "never.labnet.example") })
	o := l.Origin([]string{shop, "never.labnet.example"}, labnet.Handler())
	client := netip.MustParseAddr("127.0.0.1")
	for _, host := range []string{shop, "never.labnet.example"} {
		r := httptest.NewRequest(http.MethodConnect, authority(host, o), http.NoBody)
		if n := l.proxy.Dispatch(httptest.NewRecorder(), r, client); n != 0 { // which nobody can hijack
			t.Errorf("%s: %d connections are counted; want none", host, n)
		}
	}
	wait(t, "the origin's connections to end", func() bool { return o.Connections() == 1 && o.Open() == 0 })
}
