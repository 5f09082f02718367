package guard_test

import (
	"math/rand/v2"
	"net/http"
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
