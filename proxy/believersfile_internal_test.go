package proxy

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"sekisho/hostname"
)

// TestBelieversDoubtsKept: what refused the authority before a restart is doubted
// after it, however much another program on its address trusts.
func TestBelieversDoubtsKept(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	clock := func() time.Time { return now }
	phone, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	app, browser := fingerprint{1}, fingerprint{2}
	site, _ := hostname.Parse("a.example")
	b := newBelievers()
	b.now = clock
	b.refused(phone, app, site)
	b.refused(other, browser, site)
	b.accepted(other, browser, hostname.Name{}) // settled,
	b.refused(other, browser, site)             // and refused again: firm
	f, _ := b.kept("root")
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	restart := func(root string) *believers {
		var f believersFile
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		f.Doubts = append(f.Doubts, keptDoubt{Client: phone, Stack: "zz", Last: now}, keptDoubt{Stack: "00", Last: now},
			keptDoubt{Client: other.Next(), Stack: f.Doubts[0].Stack, Last: now.Add(time.Hour)})
		again := newBelievers()
		again.now = clock
		again.takeUp(f, root)
		return again
	}
	again := restart("root")
	again.accepted(phone, browser, hostname.Name{})
	again.accepted(other, browser, hostname.Name{})
	if again.trusts(phone) || again.trusts(other) || len(again.all) != 2 {
		t.Errorf("led there: %t, %t of %d; want nobody of 2", again.trusts(phone), again.trusts(other), len(again.all))
	}
	again.accepted(phone, app, site) // a click past the warning
	if again.trusts(phone) {
		t.Error("the site that was refused is forgotten")
	}
	if again.accepted(phone, app, hostname.Name{}); !again.trusts(phone) {
		t.Error("the program cannot take it back")
	}
	renewed := restart("another")
	if renewed.accepted(phone, browser, hostname.Name{}); !renewed.trusts(phone) {
		t.Error("a doubt about another authority stands")
	}
	now = now.Add(doubtFor)
	later := restart("root")
	if later.accepted(phone, browser, hostname.Name{}); !later.trusts(phone) {
		t.Error("a restart has made a doubt younger")
	}
}
