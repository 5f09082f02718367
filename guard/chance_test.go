package guard_test

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR24Chance: what is random, as photos and archives are, has every short
// word in it somewhere, and is no sign-in for that.
func TestCR24Chance(t *testing.T) {
	t.Parallel()
	r := rand.NewChaCha8([32]byte{'c', 'h', 'a', 'n', 'c', 'e'})
	head := guard.Head{Method: http.MethodPost, Target: "/", Header: http.Header{"Content-Type": {"application/octet-stream"}}}
	for range 40 {
		p := make([]byte, guard.MaxBody)
		_, _ = r.Read(p)
		whole := guard.Inspect(head, p, true, guard.Hints{})
		message := guard.InspectMessage(head, p, true, guard.Hints{})
		s := guard.NewStream(head, guard.Hints{})
		for rest := p; len(rest) > 0; rest = rest[min(len(rest), 32<<10):] {
			_, _ = s.Write(rest[:min(len(rest), 32<<10)])
		}
		_ = s.Close()
		streamed := s.Finding()
		for way, f := range map[string]guard.Finding{"body": whole, "message": message, "stream": streamed} {
			if f.Act != guard.Nothing || f.Amazon {
				t.Errorf("random bytes as a %s are act %v with fields %q", way, f.Act, f.Fields)
			}
		}
	}
}

// TestCR24Apart: names and values that chance has headerHasAddress over an archive are no
// pairs; those of a structure are side by side, or padded.
func TestCR24Apart(t *testing.T) {
	t.Parallel()
	head := guard.Head{Method: http.MethodPost, Target: "/", Header: http.Header{"Content-Type": {"application/octet-stream"}}}
	pad := func(s string, n int) string { return s + strings.Repeat("\x00", n-len(s)) }
	noise := strings.Repeat("\x01\x90", 20)
	for _, tt := range []struct {
		name, body string
		want       guard.Act
	}{
		{"headerHasAddress", "\x02\x03" + noise + "(uid" + noise + "rainbow" + noise + "!pass" + noise + "Tr0ub4dor&3" + noise, guard.Nothing},
		{"an ID of chance", noise + "(uid\x00b};<" + noise + "!pass\x00Tr0ub4dor&3" + noise, guard.Nothing},
		{"side by side", noise + "(uid\x00\x02\x08\x00rainbow\x00!pass\x00\x02\x0c\x00Tr0ub4dor&3\x00", guard.SignIn},
		{"padded", noise + pad("!uid", 64) + pad("rainbow", 64) + pad("!pass", 64) + pad("Tr0ub4dor&3", 64), guard.SignIn},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if f := guard.Inspect(head, []byte(tt.body), true, guard.Hints{}); f.Act != tt.want {
				t.Errorf("act %v with fields %q; want %v", f.Act, f.Fields, tt.want)
			}
		})
	}
}
