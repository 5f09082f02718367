package origincert

import (
	"crypto/x509"
	"testing"
)

// TestCV20Spelling is CV-20: a wildcard below a public suffix is one in any case of its
// letters, and a name of the site's own makes it none.
func TestCV20Spelling(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		names []string
		want  bool
	}{
		{[]string{"*.co.jp"}, true},
		{[]string{"*.CO.JP"}, true},
		{[]string{"*.Co.Jp", "SHOP.co.jp"}, false},
		{[]string{"*.other.jp"}, false},
	} {
		if got := onlyBySuffixWildcard(&x509.Certificate{DNSNames: tt.names}, "shop.co.jp"); got != tt.want {
			t.Errorf("%q: %t; want %t", tt.names, got, tt.want)
		}
	}
}
