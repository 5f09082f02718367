package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/journal"
)

// one yields a single event.
func one(e journal.Event) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) { yield(e, nil) }
}

func TestJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.FixedZone("", 9*3600))
	tests := []struct {
		name  string
		event journal.Event
		want  string
	}{
		{"little", journal.Event{ID: 1, Time: at}, `{"id":1,"time":"2026-03-04T05:06:07.089+09:00"}`},
		{
			"all",
			journal.Event{
				ID: 9, Time: at, Door: journal.DoorGuard, Client: "192.0.2.1", Device: "受付PC", Host: "x.example", Action: journal.ActionHold,
				Severity: journal.SeverityRed, Ground: "lookalike", Technique: "edit", Target: "amazon.co.jp", Score: 0.5,
				Detail: "a<b> & c", Signs: []string{"s1", "s2"}, Fields: []string{"password"}, Account: "shop",
				Sent: new(false), Incident: "I",
			},
			`{"id":9,"time":"2026-03-04T05:06:07.089+09:00","door":"guard","client":"192.0.2.1","device":"受付PC",` +
				`"host":"x.example","action":"hold","severity":"red","ground":"lookalike","technique":"edit",` +
				`"target":"amazon.co.jp","score":0.5,"detail":"a<b> & c","signs":["s1","s2"],"fields":["password"],` +
				`"account":"shop","sent":false,"incident":"I"}`,
		},
		{"sent", journal.Event{ID: 2, Time: at, Sent: new(true)}, `{"id":2,"time":"2026-03-04T05:06:07.089+09:00","sent":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := JSON(&b, one(tt.event)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", b.String()); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
			var back journal.Event
			if err := json.Unmarshal(b.Bytes(), &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.event, back); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	e := journal.Event{
		ID: 7, Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Door: journal.DoorDNS, Client: "2001:db8::1", Device: `Hana's "PC"`,
		Host: "a-b.example", Action: journal.ActionBlock, Score: 0.25, Detail: "amozon ~ amazon; =1+1", Signs: []string{"a", "b"}, Sent: new(false), Observed: true,
		CertIssuer: "Let's Encrypt", CertNotBefore: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
	}
	var b bytes.Buffer
	if err := CSV(&b, one(e)); err != nil {
		t.Fatal(err)
	}
	want := "id,time,door,client,device,host,action,severity,ground,technique,target,score,detail,signs,fields,account,sent,incident,cert_issuer,cert_not_before,cert_not_after,observed\n" +
		`7,2026-03-04T05:06:07Z,dns,2001:db8::1,"Hana's ""PC""",a-b.example,block,,,,,0.25,"amozon ~ amazon; =1+1","a b",,,false,,"Let's Encrypt",2026-02-03T04:05:06Z,,true` + "\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
}

func TestAC21CSVFormula(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{`=cmd|' /C calc'!A0`, `'=cmd|' /C calc'!A0`},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"\n=1", "'\n=1"},
		{"  =1", "'  =1"},
		{"＝1", "'＝1"},
		{"\u3000＋1", "'\u3000＋1"},
		{`"=1`, `"=1`},
		{"a=1", "a=1"},
		{"x;=1", "x;=1"},
		{"a,b\nc", "a,b\nc"},
		{"", ""},
	}
	for _, tt := range tests {
		e := journal.Event{
			Door: tt.in, Client: tt.in, Device: tt.in, Host: tt.in, Action: tt.in, Severity: tt.in, Ground: tt.in, Technique: tt.in,
			Target: tt.in, Detail: tt.in, Signs: []string{tt.in}, Fields: []string{tt.in}, Account: tt.in, Incident: tt.in, CertIssuer: tt.in,
		}
		var b bytes.Buffer
		if err := CSV(&b, one(e)); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", tt.in, err)
		}
		for i, got := range rows[1] {
			switch rows[0][i] {
			case "id", "time", "score", "sent", "cert_not_before", "cert_not_after", "observed":
				continue
			}
			// encoding/csv reads \r\n as \n; there is none here.
			if got != tt.want {
				t.Errorf("%q in column %s = %q; want %q", tt.in, rows[0][i], got, tt.want)
			}
		}
	}
}

// broken fails on the nth write.
type broken struct{ n int }

func (b *broken) Write(p []byte) (int, error) {
	if b.n--; b.n < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestWritersPassErrorsOn(t *testing.T) {
	t.Parallel()
	bad := errors.New("bad")
	failing := func(yield func(journal.Event, error) bool) {
		if yield(journal.Event{ID: 1}, nil) {
			yield(journal.Event{}, bad)
		}
	}
	two := func(yield func(journal.Event, error) bool) {
		if yield(journal.Event{ID: 1}, nil) {
			yield(journal.Event{ID: 2}, nil)
		}
	}
	for name, write := range map[string]func(io.Writer, iter.Seq2[journal.Event, error]) error{"json": JSON, "csv": CSV} {
		if err := write(io.Discard, failing); !errors.Is(err, bad) {
			t.Errorf("%s: got %v; want the error of the events", name, err)
		}
		for n := range 2 {
			if err := write(&broken{n}, two); !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%s: got %v; want the error of the writer", name, err)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=1", "a\"b", "x;y", "a,b", "\x00", "＝"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := journal.Event{Detail: s, Signs: []string{s}}
		var b bytes.Buffer
		if err := CSV(&b, one(e)); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q reads as %d rows, %v", s, len(rows), err)
		}
		want := strings.ReplaceAll(s, "\r\n", "\n") // so package csv reads it
		if got := strings.TrimPrefix(rows[1][12], "'"); got != strings.TrimPrefix(want, "'") {
			t.Errorf("detail %q came back as %q", want, got)
		}
		if formula(rows[1][12]) {
			t.Errorf("%q is still a formula", rows[1][12])
		}
	})
}
