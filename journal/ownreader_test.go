package journal

import (
	"testing"
	"time"
)

// TestReleased: what people chose lately, the latest of it, and nothing else of that
// action.
func TestReleased(t *testing.T) {
	t.Parallel()
	j := open(t, place(t), Options{})
	if list, err := j.Released(t.Context(), time.Time{}, 10); err != nil || len(list) != 0 {
		t.Errorf("of an empty journal: %d, %v", len(list), err)
	}
	chosen := Event{Door: DoorPage, Client: "192.0.2.1", Host: "shop.example", Action: ActionRelease, Severity: SeverityRed, Ground: "page"}
	for _, change := range []func(*Event){
		func(e *Event) { e.Action = ActionBlock },
		func(e *Event) { e.Door = DoorGuard },
		func(e *Event) { e.Ground = GroundDrill },
	} {
		other := chosen
		change(&other)
		record(t, j, other)
	}
	var want []int64
	for range 3 {
		want = append(want, record(t, j, chosen).ID)
	}
	list, err := j.Released(t.Context(), time.Now().Add(-time.Hour), 2)
	if err != nil || len(list) != 2 || list[0].ID != want[1] || list[1].ID != want[2] {
		t.Errorf("%+v, %v; want the last two of %v", list, err, want)
	}
	if list, err := j.Released(t.Context(), time.Now().Add(time.Hour), 2); err != nil || len(list) != 0 {
		t.Errorf("of later: %+v, %v", list, err)
	}
}
