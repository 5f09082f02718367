package proxy

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// TestConnects: a connection to a host whose labels are more than words may have brought its site
// what was typed, unless the visit began with it.
func TestConnects(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	a := netip.MustParseAddr("192.0.2.1")
	const hidden = "4b616572752d323239317a7a."
	for name, tt := range map[string]struct {
		loads, later []string
		want         bool
	}{
		"a password":                 {nil, []string{hidden + "shop.example"}, true},
		"a password in a step":       {nil, []string{hidden + "www.shop.example"}, true},
		"a tenant's":                 {nil, []string{hidden + "shop.github.io"}, false},
		"the page's own host":        {nil, []string{"web01.shop.example"}, false},
		"a host of words":            {nil, []string{"img.shop.example", "static-assets.shop.example", "shop.example"}, false},
		"a host that the page began": {[]string{"img2.shop.example"}, []string{"img2.shop.example"}, false},
		"another than that":          {[]string{"img2.shop.example"}, []string{"kx7f.shop.example"}, true},
		"another site's":             {nil, []string{"d1a2b3c4.cloudfront.net", "a1b2.other.example", "fonts.gstatic.com"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := strangers()
				shop := parsedName(t, "web01.shop.example")
				connect := func(hosts []string) {
					for _, host := range hosts {
						h.connects(a, parsedName(t, host))
					}
				}
				h.opens(a, shop, "/login", none, nil)
				connect(tt.loads)
				time.Sleep(loadFor)
				connect(tt.later)
				if got := h.during(a, shop, time.Time{}) != tellsNothing; got != tt.want {
					t.Errorf("something may have been sent: %t; want %t", got, tt.want)
				}
				time.Sleep(visitFor)
				h.opens(a, parsedName(t, "shop.example"), "/", none, nil)
				time.Sleep(loadFor)
				connect(tt.loads)
				connect([]string{"web01.shop.example"})
				if got := h.during(a, shop, time.Time{}) != tellsNothing; got != tt.want {
					t.Errorf("in another visit something may have been sent: %t; want %t", got, tt.want)
				}
			})
		})
	}
}
