package dossier

import (
	"testing"

	"sekisho/hostname"
)

func name(tb testing.TB, s string) hostname.Name {
	tb.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestSiteOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, host, want string
		free             bool
	}{
		{"registrable domain", "a.b.shop.example.co.jp", "example.co.jp", false},
		{"itself", "example.com", "example.com", false},
		{"address", "192.0.2.7", "192.0.2.7", false},
		{"IPv6 address", "[2001:db8::1]", "2001:db8::1", false},
		{"tenant, public suffix list", "a.seller.workers.dev", "seller.workers.dev", true},
		{"the suffix itself", "workers.dev", "workers.dev", true},
		{"tenant, own list", "x.y.zendesk.com", "y.zendesk.com", true},
		{"server of tenants, by the whole name", "acme.z11.web.core.windows.net", "acme.z11.web.core.windows.net", true},
		{"region of apps", "app-c0ffee.japaneast-01.azurewebsites.net", "app-c0ffee.japaneast-01.azurewebsites.net", true},
		{"an app", "app.azurewebsites.net", "app.azurewebsites.net", true},
		{"any address", "10-0-0-1.nip.io", "10-0-0-1.nip.io", true},
		{"account on a server", "acme.s1008.xrea.com", "acme.s1008.xrea.com", true},
		{"a design", "acme.canva.site", "acme.canva.site", true},
		{"a design of the free plan", "acme.my.canva.site", "acme.my.canva.site", true},
		{"buckets by path", "s3.ap-northeast-1.amazonaws.com", "s3.ap-northeast-1.amazonaws.com", true},
		{"a bucket by name", "acme.s3.ap-northeast-1.amazonaws.com", "acme.s3.ap-northeast-1.amazonaws.com", true},
		{"a bucket elsewhere", "acme.oss-ap-northeast-1.aliyuncs.com", "acme.oss-ap-northeast-1.aliyuncs.com", true},
		{"host of tenants itself", "zendesk.com", "zendesk.com", true},
		{"nested tenants", "evil.cart.fc2.com", "evil.cart.fc2.com", true},
		{"outer tenants", "evil.fc2.com", "evil.fc2.com", true},
		{"form builder", "docs.google.com", "docs.google.com", true},
		{"beside the form builder", "accounts.google.com", "google.com", false},
		{"short forms", "forms.gle", "forms.gle", true},
		{"form builder with subdomains", "abc.typeform.com", "typeform.com", true},
		{"shared pages", "gist.github.com", "github.com", false},
		{"translated", "amazon-co-jp.translate.goog", "amazon-co-jp.translate.goog", true},
		{"single label", "localhost", "localhost", false},
		{"unlisted top-level domain", "a.b.invalid", "b.invalid", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := SiteOf(name(t, test.host)); got != test.want {
				t.Errorf("SiteOf(%s) = %q; want %q", test.host, got, test.want)
			}
			if got := isFreeHosting(test.want); got != test.free {
				t.Errorf("free hosting of %s: %t; want %t", test.want, got, test.free)
			}
		})
	}
	if got := SiteOf(hostname.Name{}); got != "" {
		t.Errorf("SiteOf of no host = %q", got)
	}
}

// FuzzSiteOf: a site is a site of its own, and lies at the end of its host.
func FuzzSiteOf(f *testing.F) {
	for _, s := range []string{"a.b.co.jp", "x.zendesk.com", "docs.google.com", "1.2.3.4", "a.fc2.com", "co.jp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := hostname.Parse(s)
		if err != nil {
			return
		}
		site := SiteOf(n)
		if again, err := hostname.Parse(site); err != nil || SiteOf(again) != site || !n.Within(site) {
			t.Errorf("site %q of %q: %v", site, n, err)
		}
	})
}
