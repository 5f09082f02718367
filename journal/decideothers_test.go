package journal

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestOthersDecided: what waits for a decision about a site is decided with the first
// of its visits, as far as the decision holds for it.
func TestOthersDecided(t *testing.T) {
	t.Parallel()
	red := func(host, technique string) Event {
		return Event{Host: host, Door: DoorGuard, Severity: SeverityRed, Action: ActionHold, Ground: "credentials", Technique: technique}
	}
	for _, tt := range []struct {
		name       string
		events     []Event // of the other incident
		stop, pass bool    // whether it is decided when the site is confirmed, or may pass
	}{
		{"another device", []Event{red("shop.example", "unfamiliar-sign-in")}, true, true},
		{"below it", []Event{red("www.shop.example", "unfamiliar-sign-in")}, true, true},
		{"a like ending", []Event{red("bookshop.example", "unfamiliar-sign-in")}, false, false},
		{"above it", []Event{red("example", "unfamiliar-sign-in")}, false, false},
		{"amber", []Event{{Host: "shop.example", Severity: SeverityAmber, Action: ActionWarn, Ground: "lookalike"}}, true, true},
		{"nobody in danger", []Event{{Host: "shop.example", Severity: SeverityInfo, Action: ActionBlock}}, false, false},
		{"an exercise", []Event{{Host: "shop.example", Severity: SeverityRed, Action: ActionBlock, Ground: GroundDrill}}, false, false},
		{"a protected sign-in", []Event{red("shop.example", "protected-sign-in")}, true, false},
		{"one at last", []Event{red("shop.example", "sign-in-copy"), red("shop.example", "protected-sign-in")}, true, false},
		{"a password used elsewhere", []Event{{Host: "shop.example", Severity: SeverityAmber, Action: ActionHold, Technique: "protected-password"}}, true, false},
		{"Amazon's fields", []Event{red("shop.example", "amazon-fields")}, true, false},
		{"an ID that was asked about", []Event{{Host: "shop.example", Severity: SeverityAmber, Action: ActionHold, Technique: "protected-sign-in"}}, true, true},
		{"listed", []Event{{Host: "www.shop.example", Severity: SeverityRed, Action: ActionBlock, Ground: "blocklist", Detail: "is listed as www.shop.example in lists.block[0]"}}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			for i := range 4 {
				for _, e := range tt.events {
					e.Incident, e.Client = fmt.Sprint("OTHER", i), fmt.Sprint("192.0.2.", i)
					record(t, j, e)
				}
			}
			visited(t, j, "INC", "shop.example")
			if err := j.Appeal(t.Context(), "OTHER3", "it is ours"); err != nil {
				t.Fatal(err)
			}
			for _, decision := range []string{DecisionAllow, DecisionConfirmed} {
				if decision == DecisionConfirmed { // begin again
					execSQL(t, path, "UPDATE incidents SET state = 0, author = NULL, decided = NULL, earlier = NULL, others = 0")
				}
				decide(t, j, "INC", decision, "24h")
				decided, state := tt.pass, StateAllowed
				if decision == DecisionConfirmed {
					decided, state = tt.stop, StateConfirmed
				}
				own := incidentNamed(t, path, "INC")
				if want := map[bool]int{true: 4}[decided]; own.Others != want || own.State != state || own.Earlier != "" {
					t.Errorf("%s: %+v; want %d others", decision, own, want)
				}
				for i := range 4 {
					got := incidentNamed(t, path, fmt.Sprint("OTHER", i))
					if (got.Earlier == "INC") != decided || (got.State == state && got.By == "hana" && got.Decided.Equal(own.Decided) && got.Until.Equal(own.Until) && !got.Ended) != decided {
						t.Errorf("%s: %+v; want it decided: %v", decision, got, decided)
					}
				}
			}
			consistent(t, path)
		})
	}
}

// TestOthersMany: a decision is about all that waits, in however many steps, and about
// nothing that was decided or came later; and the incidents say when it ends.
func TestOthersMany(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	const n = 3 * testBudget / 2 // more than one step has
	recordMany(t, j, n, func(i int) Event {
		return Event{Host: fmt.Sprintf("h%d.shop.example", i%7), Incident: fmt.Sprint("INC", i), Severity: SeverityRed, Action: ActionBlock}
	})
	record(t, j, Event{Host: "shop.example", Incident: "MINE", Severity: SeverityRed, Action: ActionBlock})
	record(t, j, Event{Host: "h1.shop.example", Incident: "BEFORE", Severity: SeverityRed, Action: ActionBlock})
	if err := j.Decide(t.Context(), Decision{Incident: "BEFORE", Decision: DecisionConfirmed, By: "taro"}); err != nil {
		t.Fatal(err)
	}
	j.rest.Wait()
	first := incidentNamed(t, path, "BEFORE").Others
	decide(t, j, "MINE", DecisionFalseAlarm, "30d")
	j.rest.Wait()
	record(t, j, Event{Host: "shop.example", Incident: "LATER", Severity: SeverityRed, Action: ActionBlock})
	if inc := incidentNamed(t, path, "MINE"); first == 0 || inc.Others != n-first {
		t.Errorf("decided %d and %d others; want %d together", first, inc.Others, n)
	}
	if inc := incidentNamed(t, path, "BEFORE"); inc.State != StateConfirmed || inc.By != "taro" {
		t.Errorf("decided before: %+v", inc)
	}
	if n, err := reader(t, path).OpenIncidents(t.Context(), time.Time{}); n != (OpenCount{Red: 1}) || err != nil {
		t.Errorf("waiting %+v, %v; want LATER", n, err)
	}
	if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
		t.Fatal(err)
	}
	if inc := incidentNamed(t, path, "INC0"); !inc.Ended || inc.State != StateFalseAlarm {
		t.Errorf("taken back: %+v", inc)
	}
	consistent(t, path)
	// What is left of a decision that holds no more is not decided by it.
	o := &others{x: Exception{Host: "shop.example", Kind: ExceptionAllow}, hosts: []int64{1}}
	if err := j.do(t.Context(), o.decide); err != nil || !o.done {
		t.Errorf("taken back meanwhile: done %v, %v", o.done, err)
	}
}

// TestOthersUnwaited: who does not wait for the answer has decided about all the others
// all the same.
func TestOthersUnwaited(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	const n = 3 * testBudget / 2 // more than one step has
	recordMany(t, j, n, func(i int) Event {
		return Event{Host: "shop.example", Incident: fmt.Sprint("INC", i), Severity: SeverityRed, Action: ActionBlock}
	})
	begun, let := make(chan struct{}), make(chan struct{})
	go func() { // what the writer is busy with
		_ = j.do(context.Background(), func(context.Context, *store) error {
			close(begun)
			<-let
			return nil
		})
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Decide(ctx, Decision{Incident: "INC0", Decision: DecisionConfirmed}); !errors.Is(err, context.Canceled) {
		t.Errorf("Decide = %v", err)
	}
	close(let)
	j.rest.Wait()
	if inc := incidentNamed(t, path, "INC0"); inc.State != StateConfirmed || inc.Others != n-1 {
		t.Errorf("decided %d others: %+v; want %d", inc.Others, inc, n-1)
	}
}

// TestLongerStays: who lets a site pass for a while does not cut what lets it pass for
// longer, unless it is their own incident's.
func TestLongerStays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		have            [2]string // decision and term of another incident
		decision, term  string
		own, keeps, end bool // on the same incident; whether the longer stays; whether there is an end
	}{
		{"always, then a quarter", [2]string{DecisionAllow, ""}, DecisionAllow, "15m", false, true, false},
		{"a day, then a quarter", [2]string{DecisionAllow, "24h"}, DecisionAllow, "15m", false, true, true},
		{"a false alarm, then a day", [2]string{DecisionFalseAlarm, "90d"}, DecisionAllow, "24h", false, true, true},
		{"a quarter, then a day", [2]string{DecisionAllow, "15m"}, DecisionAllow, "24h", false, false, true},
		{"a day, then always", [2]string{DecisionAllow, "24h"}, DecisionAllow, "", false, false, false},
		{"confirmed, then a quarter", [2]string{DecisionConfirmed, ""}, DecisionAllow, "15m", false, false, true},
		{"a day, then confirmed", [2]string{DecisionAllow, "24h"}, DecisionConfirmed, "", false, false, false},
		{"its own", [2]string{DecisionAllow, "24h"}, DecisionAllow, "15m", true, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := place(t)
			j := open(t, path, Options{})
			visited(t, j, "FIRST", "shop.example")
			decide(t, j, "FIRST", tt.have[0], tt.have[1])
			visited(t, j, "SECOND", "shop.example")
			visited(t, j, "THIRD", "shop.example")
			id := "SECOND"
			if tt.own {
				id = "FIRST"
			}
			before, err := j.Exceptions(t.Context())
			if err != nil || len(before) != 1 {
				t.Fatal(before, err)
			}
			if err := j.Decide(t.Context(), Decision{Incident: id, Decision: tt.decision, For: tt.term, By: "taro"}); err != nil {
				t.Fatal(err)
			}
			after, err := j.Exceptions(t.Context())
			if err != nil || len(after) != 1 || (after[0].Added.Equal(before[0].Added) && after[0].Incident == "FIRST") != (tt.keeps || tt.own && after[0].Added.Equal(before[0].Added)) || after[0].Renewed.IsZero() == tt.keeps || after[0].Until.IsZero() == tt.end {
				t.Errorf("exceptions %+v, %v; want the first to stay: %v", after, err, tt.keeps)
			}
			inc := incidentNamed(t, path, id)
			if inc.State != decisions[tt.decision] || inc.By != "taro" || inc.Ended || !inc.Until.Equal(after[0].Until) || (inc.Earlier == "FIRST") != tt.keeps {
				t.Errorf("decided: %+v", inc)
			}
			rests := tt.have[0] == DecisionConfirmed // and holds again
			if inc := incidentNamed(t, path, "FIRST"); inc.Ended == (tt.keeps || rests) && !tt.own || inc.PassesUntil.IsZero() == rests {
				t.Errorf("before: %+v", inc)
			}
			if third := incidentNamed(t, path, "THIRD"); third.State != inc.State && tt.have[0] != DecisionConfirmed || third.Ended && tt.have[0] != DecisionConfirmed {
				t.Errorf("another: %+v", third)
			}
			if !tt.keeps {
				return
			}
			if err := j.RemoveException(t.Context(), "shop.example", ""); err != nil {
				t.Fatal(err)
			}
			if inc := incidentNamed(t, path, id); !inc.Ended {
				t.Errorf("taken back: %+v", inc)
			}
		})
	}
}
