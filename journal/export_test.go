package journal

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// one yields a single event.
func one(e Event) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) { yield(e, nil) }
}

func TestWriteCSV(t *testing.T) {
	t.Parallel()
	e := Event{
		ID: 7, Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Door: DoorDNS, Client: "2001:db8::1", Device: `Hana's "PC"`,
		Host: "a-b.example", Action: ActionBlock, Score: 0.25, Detail: "amozon ~ amazon; =1+1", Signs: []string{"a", "b"}, Sent: ptr(false), Observed: true,
		CertIssuer: "Let's Encrypt", CertNotBefore: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, one(e)); err != nil {
		t.Fatal(err)
	}
	want := "id,time,door,client,device,host,action,severity,ground,technique,target,score,detail,signs,fields,account,sent,incident,cert_issuer,cert_not_before,cert_not_after,observed\n" +
		`7,2026-03-04T05:06:07Z,dns,2001:db8::1,"Hana's ""PC""",a-b.example,block,,,,,0.25,"amozon ~ amazon; =1+1","a b",,,false,,"Let's Encrypt",2026-02-03T04:05:06Z,,true` + "\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("WriteCSV (-want +got):\n%s", diff)
	}
}

func TestAC21WriteCSVFormula(t *testing.T) {
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
		e := Event{
			Door: tt.in, Client: tt.in, Device: tt.in, Host: tt.in, Action: tt.in, Severity: tt.in, Ground: tt.in, Technique: tt.in,
			Target: tt.in, Detail: tt.in, Signs: []string{tt.in}, Fields: []string{tt.in}, Account: tt.in, Incident: tt.in, CertIssuer: tt.in,
		}
		var b bytes.Buffer
		if err := WriteCSV(&b, one(e)); err != nil {
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
	failing := func(yield func(Event, error) bool) {
		if yield(Event{ID: 1}, nil) {
			yield(Event{}, bad)
		}
	}
	two := func(yield func(Event, error) bool) {
		if yield(Event{ID: 1}, nil) {
			yield(Event{ID: 2}, nil)
		}
	}
	for name, write := range map[string]func(io.Writer, iter.Seq2[Event, error]) error{"json": WriteJSON, "csv": WriteCSV} {
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

func FuzzWriteCSV(f *testing.F) {
	for _, s := range []string{"", "=1", "a\"b", "x;y", "a,b", "\x00", "＝"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := clean(Event{Detail: s, Signs: []string{s}})
		var b bytes.Buffer
		if err := WriteCSV(&b, one(e)); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q reads as %d rows, %v", s, len(rows), err)
		}
		if got := strings.TrimPrefix(rows[1][12], "'"); got != strings.TrimPrefix(e.Detail, "'") {
			t.Errorf("detail %q came back as %q", e.Detail, got)
		}
		if formula(rows[1][12]) {
			t.Errorf("%q is still a formula", rows[1][12])
		}
	})
}
