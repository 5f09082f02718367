package journal

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// TestJoined: what several doors record of one visit has one incident, and nothing else
// has it.
func TestJoined(t *testing.T) {
	t.Parallel()
	client, mapped, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("::ffff:192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	synctest.Test(t, func(t *testing.T) {
		var j Journal
		asked := j.Asked(client, "bad.example")
		if got := j.Asked(mapped, "bad.example"); got != asked {
			t.Error("a second question is another incident")
		}
		if j.Asked(other, "bad.example") == asked || j.Asked(client, "www.bad.example") == asked {
			t.Error("another client, or another host, has the same incident")
		}
		stopped := j.Stopped(client, "bad.example")
		if stopped != asked {
			t.Error("what the proxy stopped is not in the incident of the question")
		}
		again := j.Stopped(client, "bad.example")
		if again == stopped {
			t.Error("two things to decide about are one incident")
		}
		if got := j.Asked(client, "bad.example"); got != stopped && got != again {
			t.Error("a question afterwards is an incident of its own")
		}
		first := j.Stopped(client, "proxy-first.example")
		if got := j.Asked(client, "proxy-first.example"); got != first {
			t.Error("a question after what the proxy stopped is another incident")
		}
		time.Sleep(visitFor)
		if got := j.Asked(client, "bad.example"); got == stopped || got == again {
			t.Error("a visit has no end")
		}
	})
}

// TestJoinedIsBounded floods the memory of visits.
func TestJoinedIsBounded(t *testing.T) {
	t.Parallel()
	var j Journal
	client := netip.MustParseAddr("192.0.2.1")
	for i := range 3 * maxVisits {
		j.Asked(client, fmt.Sprintf("%d.example", i))
		if n := len(j.visits.underWay); n > maxVisits {
			t.Fatalf("%d visits are remembered", n)
		}
	}
}
