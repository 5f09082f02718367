package vocabulary

import (
	"strings"
	"testing"
)

func TestTelling(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		names         string
		telling, data bool
	}{
		{"title titleJa order_1 productId x_csrf_token nickname k", true, true},
		{"seikatsu torihiki2", true, false},
		{"p x pw2 pwx himitsu_x my_secret credx", false, false},
		{"password passkey", false, true},
		{strings.Repeat("a", MaxName+1), true, true},
	} {
		for name := range strings.FieldsSeq(test.names) {
			if got := Telling([]byte(name)); got != test.telling {
				t.Errorf("Telling(%q) = %v; want %v", name, got, test.telling)
			}
			if got := Data([]byte(name)); got != test.data {
				t.Errorf("Data(%q) = %v; want %v", name, got, test.data)
			}
		}
	}
}
