package trust

import (
	"net/netip"
	"testing"
	"time"

	"sekisho/hostname"
)

func parseName(t *testing.T, s string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRefused is which refusals have a stack tunnelled: the table of [Ledger.Refused].
func TestRefused(t *testing.T) {
	t.Parallel()
	type step struct {
		after   time.Duration
		accepts bool
		host    string
		ca      bool // whether it refuses by unknown_ca
		denied  bool // whether it is tunnelled from then on
		news    News
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"unknown, an ordinary name", []step{{host: "a.example", denied: true, news: NewsStranger}}},
		{"unknown, an address", []step{
			{host: "192.0.2.9"},
			{host: "[2001:db8::9]"},
			{host: "192.0.2.9"},
			{host: "192.0.2.9", news: NewsPinned},
			{host: "a.example", denied: true, news: NewsStranger},
		}},
		{"unknown, an address by unknown_ca", []step{{host: "192.0.2.9", ca: true, denied: true, news: NewsStranger}}},
		{"unknown, an address while it is tunnelled", []step{
			{host: "a.example", denied: true, news: NewsStranger},
			{after: distrustFor - 1, host: "192.0.2.9", denied: true},
			{after: 1, host: "192.0.2.9"},
		}},
		{"known, whatever it is", []step{
			{accepts: true, host: "ok.example"},
			{host: "a.example"},
			{host: "b.example", ca: true},
			{host: "c.example"},
			{host: "192.0.2.9", ca: true},
			{after: proofFor - 1, host: "192.0.2.9"},
		}},
		{"known, too long ago", []step{
			{accepts: true, host: "ok.example"},
			{after: proofFor, host: "a.example", denied: true, news: NewsStranger},
		}},
		{"known, and given up", []step{
			{accepts: true, host: "ok.example"},
			{host: "a.example"},
			{host: "www.a.example"},
			{after: givenUpAfter - 1, host: "b.example"},
			{host: "c.example"},
			{after: 1, host: "192.0.2.9"},
			{host: "a.example", denied: true, news: NewsStranger},
			{after: distrustFor, host: "a.example", denied: true}, // as of anybody
			{accepts: true, host: "ok.example", news: NewsTrusting},
			{after: givenUpAfter, host: "a.example"}, // and as at first
		}},
		{"known, and given up with addresses between", []step{
			{accepts: true, host: "ok.example"},
			{after: givenUpAfter, host: "192.0.2.7"},
			{host: "192.0.2.8"},
			{host: "192.0.2.9"},
			{host: "192.0.2.7", ca: true},
			{host: "192.0.2.8", ca: true},
			{host: "192.0.2.9", ca: true, denied: true, news: NewsStranger},
		}},
		{"known, and two programs with one fingerprint", []step{
			{accepts: true, host: "ok.example"},
			{after: givenUpAfter, host: "a.example"},
			{host: "b.example"},
			{accepts: true, host: "ok.example"},
			{after: givenUpAfter, host: "c.example"},
			{host: "d.example"},
		}},
		{"unknown, and clicked past a warning", []step{
			{host: "blocked.example", denied: true, news: NewsStranger},
			{accepts: true, host: "www.blocked.example", denied: true},
			{accepts: true, host: "ok.example", news: NewsTrusting},
		}},
		{"unknown, and trusting when it is tried again", []step{
			{host: "a.example", denied: true, news: NewsStranger},
			{after: distrustFor, accepts: true, host: "a.example", news: NewsTrusting},
		}},
		{"known, and clicked past a warning", []step{
			{accepts: true, host: "ok.example"},
			{after: givenUpAfter, host: "a.example"},
			{host: "b.example"},
			{accepts: true, host: "a.example"},
			{host: "c.example", denied: true, news: NewsStranger},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client, print := netip.MustParseAddr("192.0.2.1"), Fingerprint{1}
			now := time.Unix(1_800_000_000, 0)
			l := newLedger("root")
			l.now = func() time.Time { return now }
			for i, s := range tt.steps {
				now = now.Add(s.after)
				var news News
				if s.accepts {
					news = l.Completed(client, print, parseName(t, s.host))
				} else {
					news = l.Refused(client, print, parseName(t, s.host), s.ca)
				}
				if denied := l.Refuses(client, print); denied != s.denied || news != s.news {
					t.Errorf("step %d: tunnelled %t, news %d; want %t, %d", i, denied, news, s.denied, s.news)
				}
			}
		})
	}
}

// TestOrdinary: of other names nobody knows whether each client takes a leaf for them.
func TestOrdinary(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a.example": true, "www.a-b.co.jp": true, "1.2.3.4.in-addr.example": true,
		"192.0.2.1": false, "[2001:db8::1]": false, "[::ffff:192.0.2.1]": false, "nas": false, "co.jp": false,
		"a_b.example": false, "xn--eckwd4c7c.example": false, "a--b.example": false,
	} {
		if got := ordinary(parseName(t, name)); got != want {
			t.Errorf("%s: %t; want %t", name, got, want)
		}
	}
	if ordinary(hostname.Name{}) {
		t.Error("no name is ordinary")
	}
}
