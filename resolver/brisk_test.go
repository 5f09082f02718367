package resolver

import (
	"fmt"
	"testing"
	"time"

	"github.com/miekg/dns"

	"sekisho/resolver/admission"
)

// TestAskBeside asks where a name leads beside its address, unless so much is under way,
// or that much and not all of it is answered.
func TestAskBeside(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		underWay int
		answers  bool
		want     bool
	}{
		{calmFlights - 1, false, true},
		{calmFlights, false, false},
		{calmFlights, true, true},
		{briskFlights - 1, true, true},
		{briskFlights, true, false},
	} {
		s := wired(t, wire(silence))
		set := s.settings.Load()
		places := &set.main.servers[0].places
		for range admission.MostUpstream {
			places.Answered()
		}
		if !tt.answers {
			places.Unanswered()
			places.Unanswered()
		}
		for i := range tt.underWay {
			s.flights.byKey[fmt.Sprint(i)] = &flight{}
		}
		l := lookup{wire: "\x04shop\x07example\x00", qtype: dns.TypeA, group: set.main, settings: set}
		if got := s.traceBeside(time.Now(), l) != nil; got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
