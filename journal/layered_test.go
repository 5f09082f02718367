package journal

import (
	"testing"
	"time"
)

// inForce returns what counts now, as host and kind.
func inForce(t *testing.T, j *Journal) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, x := range must(j.Exceptions(t.Context())) {
		found[x.Host] += x.Kind
	}
	return found
}

// TestBlockRests: what lets a confirmed site pass for a while leaves the block below it,
// which holds again when that ends or is taken back, and what is shown says so.
func TestBlockRests(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"FIRST", "SECOND"} { // the confirmed incident itself, and one that followed it
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "FIRST", "shop.example")
			decide(t, j, "FIRST", DecisionConfirmed, "")
			visited(t, j, "SECOND", "shop.example")
			visited(t, j, "THIRD", "www.shop.example")
			decide(t, j, on, DecisionAllow, "15m")

			all := must(j.AllExceptions(t.Context()))
			if len(all) != 2 || all[0].Rests || !all[1].Rests || all[1].Kind != ExceptionBlock || inForce(t, j)["shop.example"] != ExceptionAllow {
				t.Fatalf("in its time: %+v", all)
			}
			if inc := incidentNamed(t, path, on); inc.State != StateAllowed || inc.Ended || !inc.PassesUntil.Equal(all[0].Until) || !inc.Until.Equal(all[0].Until) || inc.BlockedBy != "" {
				t.Errorf("in its time %s is %+v", on, inc)
			}
			if inc := incidentNamed(t, path, "THIRD"); inc.State != StateConfirmed || inc.Ended || !inc.PassesUntil.Equal(all[0].Until) {
				t.Errorf("in its time THIRD is %+v", inc)
			}
			visited(t, j, "FOURTH", "shop.example")
			if inc := incidentNamed(t, path, "FOURTH"); inc.State != StateOpen {
				t.Errorf("what is stopped meanwhile is %s; want it to wait", inc.State)
			}
			if x, ok, err := j.ExceptionFor(t.Context(), "shop.example"); !ok || err != nil || x.Kind != ExceptionAllow {
				t.Errorf("ExceptionFor = %+v, %v, %v", x, ok, err)
			}

			if err := j.Decide(t.Context(), Decision{Incident: on, Decision: DecisionAllow, For: "15m", Time: time.Now().Add(-time.Hour)}); err != nil {
				t.Fatal(err)
			}
			after := func(step string) {
				t.Helper()
				if inForce(t, j)["shop.example"] != ExceptionBlock {
					t.Errorf("%s: %v; want the block", step, inForce(t, j))
				}
				if inc := incidentNamed(t, path, on); inc.State != StateAllowed || !inc.Ended || inc.BlockedBy != "FIRST" {
					t.Errorf("%s: %s is %+v", step, on, inc)
				}
				if inc := incidentNamed(t, path, "THIRD"); inc.Ended || !inc.PassesUntil.IsZero() {
					t.Errorf("%s: THIRD is %+v", step, inc)
				}
				visited(t, j, step, "shop.example")
				if inc := incidentNamed(t, path, step); inc.State != StateConfirmed || inc.Earlier != "FIRST" || inc.Ended {
					t.Errorf("%s: the next visit is %+v", step, inc)
				}
			}
			after("OVER")
			decide(t, j, on, DecisionAllow, "24h")
			if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
				t.Fatal(err)
			}
			after("BACK")
			decide(t, j, on, DecisionAllow, "24h")
			decide(t, j, on, DecisionFalseAlarm, "90d") // it was none: nothing is left to hold again
			if all := must(j.AllExceptions(t.Context())); len(all) != 1 || all[0].Kind != ExceptionAllow {
				t.Errorf("a false alarm leaves %+v", all)
			}
			decide(t, j, on, DecisionConfirmed, "")
			if all := must(j.AllExceptions(t.Context())); len(all) != 1 || all[0].Kind != ExceptionBlock {
				t.Errorf("once confirmed: %+v", all)
			}
			decide(t, j, on, DecisionAllow, "15m")
			if err := j.RemoveException(t.Context(), "shop.example", ExceptionBlock); err != nil || inForce(t, j)["shop.example"] != ExceptionAllow {
				t.Errorf("the block below is taken back: %v, %v", inForce(t, j), err)
			}
			consistent(t, path)
		})
	}
}

// TestLongestNameCounts: what is decided about a name counts there and below, whatever
// was decided about one above it.
func TestLongestNameCounts(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	visited(t, j, "ABOVE", "shop.example")
	visited(t, j, "NAME", "www.shop.example")
	visited(t, j, "BESIDE", "api.shop.example")
	decide(t, j, "ABOVE", DecisionConfirmed, "")
	decide(t, j, "NAME", DecisionAllow, "")
	for host, want := range map[string]string{
		"shop.example": StateConfirmed, "new.shop.example": StateConfirmed, "www.shop.example": StateOpen, "a.www.shop.example": StateOpen,
	} {
		visited(t, j, host, host)
		if inc := incidentNamed(t, path, host); inc.State != want {
			t.Errorf("the next visit of %s is %s; want %s", host, inc.State, want)
		}
	}
	for id, want := range map[string]string{"ABOVE": StateConfirmed, "NAME": StateAllowed, "BESIDE": StateConfirmed} {
		if inc := incidentNamed(t, path, id); inc.State != want || inc.Ended || inc.BlockedBy != "" || !inc.PassesUntil.IsZero() {
			t.Errorf("%s: %+v", id, inc)
		}
	}
	for host, want := range map[string]int{"shop.example": 1, "www.shop.example": 1, "a.www.shop.example": 2, "op.example": 0, "example": 2} {
		if list, err := j.Around(t.Context(), host); err != nil || len(list) != want {
			t.Errorf("Around(%q) = %+v, %v; want %d", host, list, err, want)
		}
	}

	// A decision about the name above leaves what is below the other name alone.
	decide(t, j, "ABOVE", DecisionConfirmed, "")
	for _, host := range []string{"www.shop.example", "a.www.shop.example"} {
		if inc := incidentNamed(t, path, host); inc.State != StateOpen {
			t.Errorf("%s is decided with the name above: %+v", host, inc)
		}
	}
	decide(t, j, "NAME", DecisionAllow, "15m")
	if err := j.RemoveException(t.Context(), "www.shop.example", ExceptionAllow); err != nil {
		t.Fatal(err)
	}
	if inc := incidentNamed(t, path, "NAME"); !inc.Ended || inc.BlockedBy != "ABOVE" {
		t.Errorf("taken back: %+v", inc)
	}
	consistent(t, path)
}

// TestChangeReasonAlone: with no end the one that is stays, to the millisecond, and one
// that ended stays so.
func TestChangeReasonAlone(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	visited(t, j, "FIRST", "shop.example")
	for _, begin := range []time.Time{time.Now(), time.Now().Add(-time.Hour)} {
		if err := j.Decide(t.Context(), Decision{Incident: "FIRST", Decision: DecisionAllow, For: "15m", Time: begin}); err != nil {
			t.Fatal(err)
		}
		want := must(j.AllExceptions(t.Context()))[0].Until
		if err := j.ChangeException(t.Context(), "shop.example", "", "ours", nil); err != nil {
			t.Fatal(err)
		}
		x := must(j.AllExceptions(t.Context()))[0]
		if !x.Until.Equal(want) || x.Reason != "ours" || !incidentNamed(t, path, "FIRST").Until.Equal(want) {
			t.Errorf("changed to %+v; want the end %v", x, want)
		}
	}
}
