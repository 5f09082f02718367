package guard_test

import (
	"testing"

	"sekisho/guard"
	"sekisho/hostname"
)

func TestInspectHost(t *testing.T) {
	t.Parallel()
	known := func(id []byte) bool { return string(id) == "tencho@shop.example" }
	for host, want := range map[string]struct{ ids, passwords, codes bool }{
		"www.kx.example":                     {},
		"kx.example":                         {},
		"192.0.2.7":                          {},
		"tencho.shop.example.kx.example":     {ids: true},
		"a.tencho.shop.example.b.kx.example": {ids: true},
		"74656e63686f4073686f702e6578616d706c65.kx.example": {ids: true},
		"tanuki-himitsu-77.kx.example":                      {passwords: true},
		"482915.kx.example":                                 {codes: true},
		"128000.kx.example":                                 {codes: true},
		"www.482915.example":                                {},
		"img.c482915.kx.example":                            {passwords: true, codes: true},
	} {
		n, err := hostname.Parse(host)
		if err != nil {
			t.Fatal(err)
		}
		f := guard.InspectHost(n, known)
		if len(f.IDs) > 0 != want.ids || len(f.Passwords) > 0 != want.passwords || len(f.Codes) > 0 != want.codes {
			t.Errorf("%s: %d IDs, %d passwords, %d codes; want %+v", host, len(f.IDs), len(f.Passwords), len(f.Codes), want)
		}
	}
}
