package console

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// TestToday holds what the overview answers to the question whether anybody was in danger
// today, in every case that there is.
func TestToday(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	now := time.Now()
	red := func(client string, sent *bool) journal.Event {
		return journal.Event{Door: journal.DoorProxy, Client: client, Host: "shop.example", Action: journal.ActionBlock, Severity: journal.SeverityRed, Sent: sent, Time: now}
	}
	exercise := red("192.0.2.1", &no)
	exercise.Ground = journal.GroundDrill
	before := red("192.0.2.1", &yes)
	before.Time = now.Add(-49 * time.Hour)
	amber := red("192.0.2.1", nil)
	amber.Severity = journal.SeverityAmber
	held := journal.Event{
		Door: journal.DoorGuard, Client: "192.0.2.4", Host: "parts.example", Action: journal.ActionHold, Severity: journal.SeverityAmber,
		Technique: "protected-password", Account: "shop", Sent: &no, Time: now, Incident: "LEFT",
	}
	left := held
	left.Action, left.Sent = journal.ActionRelease, &yes
	cleared := red("192.0.2.5", &yes)
	cleared.Incident = "CLEARED"
	tests := []struct {
		name           string
		events         []journal.Event
		answer, ja     string
		outcome, worst []string
		harmless       int
		grave          bool
	}{
		{name: "nothing", answer: "No. No device was in danger.", ja: "いいえ。危険な目にあった端末はありません。"},
		{name: "an exercise, a caution, and one of before", events: []journal.Event{exercise, amber, before}, answer: "No. No device was in danger.", ja: "いいえ。危険な目にあった端末はありません。"},
		{
			name: "stopped", events: []journal.Event{red("192.0.2.1", &no), red("192.0.2.2", &no)},
			answer: "Yes: 2 dangers on 2 devices.", ja: "はい。2 台の端末で 2 件ありました。", outcome: []string{"All of it was stopped. Nothing was sent."},
		},
		{
			name: "one that nobody knows of", events: []journal.Event{red("192.0.2.1", nil)}, grave: true,
			answer: "Yes: 1 danger on 1 device.", ja: "はい。1 台の端末で 1 件ありました。", outcome: []string{"Something may have been sent."}, worst: []string{"shop.example 192.0.2.1"},
		},
		{
			name: "of each", events: []journal.Event{red("192.0.2.1", &no), red("192.0.2.1", nil), red("192.0.2.2", &yes), held, left}, grave: true,
			answer: "Yes: 4 dangers on 3 devices.", ja: "はい。3 台の端末で 4 件ありました。",
			worst: []string{"parts.example 192.0.2.4", "shop.example 192.0.2.2", "shop.example 192.0.2.1"},
			outcome: []string{
				"In one of them a person chose to go on, and the password of a protected account was sent to another site.",
				"In one of them something was sent to the site.", "In one of them something may have been sent.", "One of them was stopped; nothing was sent.",
			},
		},
		{
			name: "let go", events: []journal.Event{held, left}, grave: true, answer: "Yes: 1 danger on 1 device.", ja: "はい。1 台の端末で 1 件ありました。",
			outcome: []string{"A person chose to go on, and the password of a protected account was sent to another site."}, worst: []string{"parts.example 192.0.2.4"},
		},
		{name: "held, not let go", events: []journal.Event{held}, answer: "No. No device was in danger.", ja: "いいえ。危険な目にあった端末はありません。"},
		{name: "found harmless", events: []journal.Event{cleared}, harmless: 1, answer: "No. No device was in danger.", ja: "いいえ。危険な目にあった端末はありません。"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			ids := map[string]string{}
			for _, e := range tt.events {
				name := e.Incident
				if e.Incident = ids[name]; name == "" || e.Incident == "" {
					e.Incident = journal.NewIncident()
					ids[name] = e.Incident
				}
				if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			if id := ids["CLEARED"]; id != "" {
				d := journal.Decision{Incident: id, Decision: journal.DecisionFalseAlarm, By: "hana", For: "90d"}
				if err := s.options.Journal.Decide(t.Context(), d); err != nil {
					t.Fatal(err)
				}
			}
			v := homeView{page: page{words: words{Lang: interstitial.English}}, Now: now, Charts: []chart{hourly(now), daily(now)}}
			j, err := s.reader.get()
			if err == nil {
				err = v.read(t.Context(), j, 0)
			}
			if err != nil {
				t.Fatal(err)
			}
			got, _ := v.Today.Answer()
			var worst []string
			for _, inc := range v.Today.Worst {
				worst = append(worst, inc.Host+" "+v.Devices(inc)[0].Client)
			}
			if !slices.Equal(worst, tt.worst) {
				t.Errorf("the worst are %q; want %q", worst, tt.worst)
			}
			v.Today.words = words{Lang: interstitial.Japanese}
			ja, _ := v.Today.Answer()
			if got != tt.answer || ja != tt.ja {
				t.Errorf("answer %q, %q; want %q, %q", got, ja, tt.answer, tt.ja)
			}
			v.Today.words = v.words
			var outcome []string
			for _, o := range v.Today.Outcome() {
				outcome = append(outcome, o.Text)
			}
			if !slices.Equal(outcome, tt.outcome) {
				t.Errorf("outcome %q; want %q", outcome, tt.outcome)
			}
			if v.Today.Grave() != tt.grave || v.Today.Harmless != tt.harmless {
				t.Errorf("grave %v, harmless %d; want %v, %d", v.Today.Grave(), v.Today.Harmless, tt.grave, tt.harmless)
			}
		})
	}
}

// TestNewestDevice holds that the overview calls the device of the newest danger by its
// name, and offers to name it to who may.
func TestNewestDevice(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	owner, viewer := signedIn(t, s, "owner"), signedIn(t, s, "viewer")
	sent := false
	newest := func(cookie string) string {
		_, after, _ := strings.Cut(send(t, s, "GET", "/?lang=en", cookie, "").body, `id="newest"`)
		before, _, _ := strings.Cut(after, "</section>")
		return before
	}
	record := func(client string) {
		e := journal.Event{Door: journal.DoorGuard, Client: client, Host: "shop.example", Action: journal.ActionHold, Severity: journal.SeverityRed, Technique: "protected-sign-in", Sent: &sent, Incident: journal.NewIncident()}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	record("192.0.2.7")
	const offer = `href="/clients?client=192.0.2.7#naming"`
	if got := newest(owner); !strings.Contains(got, offer) || !strings.Contains(got, "An Amazon sign-in was on its way to a site that is not Amazon") || !strings.Contains(got, time.Now().Format(" MST")+"</time>") {
		t.Errorf("the owner sees %s", got)
	}
	if got := newest(viewer); strings.Contains(got, offer) || !strings.Contains(got, "192.0.2.7") {
		t.Errorf("the viewer sees %s", got)
	}
	if body := send(t, s, "GET", "/clients?client=192.0.2.7", owner, "").body; !strings.Contains(body, `id="naming" open>`) {
		t.Error("the link does not open the form")
	}
	if err := s.options.Journal.NameClient(t.Context(), journal.ClientName{Client: "192.0.2.7", Name: "front desk"}); err != nil {
		t.Fatal(err)
	}
	if got := newest(owner); !strings.Contains(got, "front desk") || strings.Contains(got, offer) {
		t.Errorf("with a name: %s", got)
	}
	record("127.0.0.1")
	if got := newest(owner); !strings.Contains(got, "this computer") {
		t.Errorf("this computer: %s", got)
	}
}
