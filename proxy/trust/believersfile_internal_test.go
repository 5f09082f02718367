package trust

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
	app, browser := Fingerprint{1}, Fingerprint{2}
	site, _ := hostname.Parse("a.example")
	b := newBelievers("root")
	b.now = clock
	b.Refused(phone, app, site)
	b.Refused(other, browser, site)
	b.Accepted(other, browser, hostname.Name{}) // settled,
	b.Refused(other, browser, site)             // and refused again: firm
	f, _ := b.kept()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	restart := func(root string) *Believers {
		var f believersFile
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		f.Doubts = append(f.Doubts, keptDoubt{Client: phone, Stack: "zz", Last: now}, keptDoubt{Stack: "00", Last: now},
			keptDoubt{Client: other.Next(), Stack: f.Doubts[0].Stack, Last: now.Add(time.Hour)})
		again := newBelievers(root)
		again.now = clock
		again.takeUp(f)
		return again
	}
	again := restart("root")
	again.Accepted(phone, browser, hostname.Name{})
	again.Accepted(other, browser, hostname.Name{})
	if again.Trusts(phone) || again.Trusts(other) || len(again.all) != 2 {
		t.Errorf("led there: %t, %t of %d; want nobody of 2", again.Trusts(phone), again.Trusts(other), len(again.all))
	}
	again.Accepted(phone, app, site) // a click past the warning
	if again.Trusts(phone) {
		t.Error("the site that was refused is forgotten")
	}
	if again.Accepted(phone, app, hostname.Name{}); !again.Trusts(phone) {
		t.Error("the program cannot take it back")
	}
	renewed := restart("another")
	if renewed.Accepted(phone, browser, hostname.Name{}); !renewed.Trusts(phone) {
		t.Error("a doubt about another authority stands")
	}
	now = now.Add(doubtFor)
	later := restart("root")
	if later.Accepted(phone, browser, hostname.Name{}); !later.Trusts(phone) {
		t.Error("a restart has made a doubt younger")
	}
}
