package hostname

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	var distinct strings.Builder
	for r := '一'; distinct.Len() < maxInput-3; r++ {
		// The most work for punycode in what is accepted.
		distinct.WriteRune(r)
		if (r-'一')%maxRunes == maxRunes-1 {
			distinct.WriteByte('.')
		}
	}
	for _, bench := range []struct{ name, in string }{
		{"plain", "sellercentral.amazon.co.jp"},
		{"upper", "SellerCentral.Amazon.CO.JP."},
		{"U-label", "アマゾン.みんな"},
		{"A-label", "xn--cckwcxetd.xn--q9jyb4c"},
		{"IPv4", "192.168.100.200"},
		{"IPv6", "[2001:db8::1]"},
		{"hostile", distinct.String()},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Parse(bench.in)
			}
		})
	}
}

func BenchmarkParseAuthority(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = ParseAuthority("sellercentral.amazon.co.jp:443")
	}
}

func BenchmarkParseInput(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = ParseInput("https://user@sellercentral.amazon.co.jp:443/path?query")
	}
}

func BenchmarkFromWire(b *testing.B) {
	w := wire("sellercentral", "amazon", "co", "jp")
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = FromWire(w)
	}
}

func BenchmarkRegistrable(b *testing.B) {
	n, err := Parse("sellercentral.amazon.co.jp")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = n.Registrable()
	}
}

// TestParseAllocates holds the promise of the fast path.
func TestParseAllocates(t *testing.T) {
	for in, want := range map[string]float64{
		"sellercentral.amazon.co.jp": 0,
		"192.168.100.200":            0,
		"SellerCentral.Amazon.CO.JP": 1,
	} {
		got := testing.AllocsPerRun(100, func() { _, _ = Parse(in) })
		if got > want {
			t.Errorf("Parse(%q): %v allocations; want at most %v", in, got, want)
		}
	}
}
