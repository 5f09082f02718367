package tlsflight

import (
	"errors"
	"testing"
)

// TestCasesAlert: a client's opinion of a leaf is read where it is in the clear, and
// out of nothing that is sealed.
func TestCasesAlert(t *testing.T) {
	t.Parallel()
	const finished = "\x16\x03\x03\x00\x04\x15\x03\x03\x00"
	sealed := "\x15\x03\x03\x00\x1a\x02\x30" + "\x00\x02\x15\x03\x03\x00\x02\x02\x30\x02\x2a\x15\x03\x03\x00\x02\x02\x2e\x02\x30\x02\x2a\x02\x2e"
	for _, tt := range []struct {
		id, said string
		want, ca bool
	}{
		{"CV-51 unknown_ca", finished + "\x15\x03\x03\x00\x02\x02\x30", true, true},
		{"CV-51 bad_certificate", "\x15\x03\x01\x00\x02\x02\x2a", true, false},
		{"CV-51 certificate_unknown", "\x15\x03\x03\x00\x02\x02\x2e", true, false},
		{"CV-51 another", "\x15\x03\x03\x00\x02\x01\x00", false, false},
		{"CV-51 sealed", finished + sealed, false, false},
	} {
		t.Run(tt.id, func(t *testing.T) {
			for _, step := range []int{1, 3, len(tt.said)} {
				var c Alerts
				for rest := tt.said; len(rest) > 0; rest = rest[min(step, len(rest)):] {
					c.look([]byte(rest[:min(step, len(rest))]))
				}
				if got := c.Distrusts(errors.New("handshake")); got != tt.want {
					t.Errorf("by %d: %t; want %t", step, got, tt.want)
				}
				if got := c.UnknownCA(errors.New("handshake")); got != tt.ca {
					t.Errorf("by %d: unknown_ca %t; want %t", step, got, tt.ca)
				}
			}
		})
	}
}
