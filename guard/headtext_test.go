package guard

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestStrewsBehindSigns(t *testing.T) {
	t.Parallel()
	address := base64.StdEncoding.EncodeToString([]byte("someone.somewhere@labnet.example"))
	for value, want := range map[string]bool{
		address:                            true,
		"a=" + address:                     true,
		"a=b=c=" + address:                 true,
		"x; a=b=" + address:                true,
		"a=b=c=" + strings.Repeat("q", 40): false,
		strings.Repeat("=", 64<<10):        false,
	} {
		if got := Strews("Cookie", value); got != want {
			t.Errorf("Strews(%.40q) = %t; want %t", value, got, want)
		}
	}
}

func BenchmarkStrewsSigns(b *testing.B) {
	value := strings.Repeat("=", 64<<10)
	b.ReportAllocs()
	for b.Loop() {
		Strews("Cookie", value)
	}
}
