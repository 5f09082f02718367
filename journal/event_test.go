package journal

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNewIncident(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	counts := map[rune]int{}
	for range 5000 {
		id := NewIncident()
		if len(id) != 26 || strings.Trim(id, crockford) != "" {
			t.Fatalf("NewIncident() = %q; want 26 characters of %q", id, crockford)
		}
		if seen[id] {
			t.Fatalf("NewIncident() gave %q twice", id)
		}
		seen[id] = true
		for _, c := range id {
			counts[c]++
		}
	}
	for _, c := range crockford { // 4062 expected of each, deviation 63
		if n := counts[c]; n < 3600 || n > 4500 {
			t.Errorf("character %q came %d times; want about 4062", c, n)
		}
	}
}

func TestWriteJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.FixedZone("", 9*3600))
	tests := []struct {
		name  string
		event Event
		want  string
	}{
		{"little", Event{ID: 1, Time: at}, `{"id":1,"time":"2026-03-04T05:06:07.089+09:00"}`},
		{
			"all",
			Event{
				ID: 9, Time: at, Door: DoorGuard, Client: "192.0.2.1", Device: "受付PC", Host: "x.example", Action: ActionHold,
				Severity: SeverityRed, Ground: "lookalike", Technique: "edit", Target: "amazon.co.jp", Score: 0.5,
				Detail: "a<b> & c", Signs: []string{"s1", "s2"}, Fields: []string{"password"}, Account: "shop",
				Sent: ptr(false), Incident: "I",
			},
			`{"id":9,"time":"2026-03-04T05:06:07.089+09:00","door":"guard","client":"192.0.2.1","device":"受付PC",` +
				`"host":"x.example","action":"hold","severity":"red","ground":"lookalike","technique":"edit",` +
				`"target":"amazon.co.jp","score":0.5,"detail":"a<b> & c","signs":["s1","s2"],"fields":["password"],` +
				`"account":"shop","sent":false,"incident":"I"}`,
		},
		{"sent", Event{ID: 2, Time: at, Sent: ptr(true)}, `{"id":2,"time":"2026-03-04T05:06:07.089+09:00","sent":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := WriteJSON(&b, one(tt.event)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", b.String()); diff != "" {
				t.Errorf("WriteJSON (-want +got):\n%s", diff)
			}
			var back Event
			if err := json.Unmarshal(b.Bytes(), &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.event, back); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}
