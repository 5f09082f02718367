package dossier

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"sekisho/accounts"
	"sekisho/guard"
	"sekisho/imitation"
)

// errand is a line of testdata/day.tsv.
type errand struct {
	times                            int
	page, host, request, media, body string
	want                             string
}

func readDay(t *testing.T) (day []errand) {
	t.Helper()
	file, err := os.ReadFile("testdata/day.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 7 {
			t.Fatalf("%d fields: %q", len(f), line)
		}
		times, err := strconv.Atoi(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if f[1] == "-" {
			f[1] = f[2]
		}
		day = append(day, errand{times, f[1], f[2], f[3], f[4], f[5], f[6]})
	}
	return day
}

// put fills the i-th sending into a request or a body.
func (e errand) put(s string, i int) string {
	words := strings.Fields("kuma inu neko tanuki kitsune usagi tora saru washi tsuru kame ebi")
	list := func(each string) string {
		var all []string
		for i := range 40 {
			all = append(all, strings.ReplaceAll(each, "%d", fmt.Sprint(i+2)))
		}
		return strings.Join(all, ",")
	}
	s = strings.NewReplacer(
		"%rows", list(`{"range":"Sheet1!A%d:C%d","majorDimension":"ROWS","values":[["item %d",1980]]}`),
		"%formulas", list(`"=Uriage_%d!$A$1:$C$%d"`),
		"%frames", list(`"ntdll.dll!RtlUserThreadStart+0x1f%d"`),
	).Replace(s)
	return strings.NewReplacer("%ID", protectedMail, "%id", url.QueryEscape(protectedMail),
		"%w", words[i%len(words)], "%d", fmt.Sprint(10+i), `\r`, "\r", `\n`, "\n").Replace(s)
}

// does sends the i-th of e's requests from client 1, as a proxy would have it judged.
func (o office) does(seed maphash.Seed, e errand, i int) Judgement {
	o.Helper()
	method, target, _ := strings.Cut(e.put(e.request, i), " ")
	sender, host := Sender{Document: name(o, e.page)}, name(o, e.host)
	x := o.HintsFrom(sender, host, pc1)
	x.Known = func(id []byte) bool { return string(id) == protectedMail }
	h := guard.Head{Host: host, Method: method, Target: target, Header: http.Header{"Sec-Fetch-Mode": {"cors"}}}
	if e.media != "-" {
		h.Header.Set("Content-Type", e.media)
	}
	f := guard.Inspect(h, []byte(e.put(e.body, i)), true, x)
	defer f.Wipe()
	m := none
	for _, id := range f.IDs {
		if string(id.Bytes()) == protectedMail {
			m = accounts.Match{Label: "shop", ID: true}
		}
	}
	if m.ID && len(f.Passwords) > 0 {
		m.Other = maphash.Bytes(seed, f.Passwords[0].Bytes()) | 1
	}
	return o.SubmitFrom(sender, host, pc1, f, m)
}

// TestDay has somebody work a day, in quiet and within ten minutes of a copy of Amazon's
// sign-in, and with a field for a password on every page: no request is asked about or held but those of which the file says so, and no
// site is away in the evening.
func TestDay(t *testing.T) {
	t.Parallel()
	day := readDay(t)
	sent := 0
	for _, e := range day {
		sent += e.times
	}
	if len(day) < 150 || sent < 500 {
		t.Errorf("%d kinds of requests, %d in all; want 150 and 500", len(day), sent)
	}
	for _, test := range []struct{ met, drawn bool }{{}, {met: true}, {drawn: true}, {met: true, drawn: true}} {
		t.Run(fmt.Sprintf("after a copy %v, with log-ins that scripts draw %v", test.met, test.drawn), func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			if test.met {
				o.page("copy.example", copied)
			}
			drew := false
			for _, e := range day {
				o.visit(e.page)
				if test.drawn {
					o.script(e.page, e.page, imitation.Result{Drawn: true})
					drew = drew || o.Hints(name(t, e.page), pc1).Drawn
				}
				for i := range e.times {
					want := "pass"
					switch {
					case e.want == "ask":
						want = "ask amber unfamiliar-sign-in"
					case e.want == "code" && test.met:
						want = "hold red one-time-code"
					case e.want == "form" && test.met:
						want = "hold red sign-in-copy"
					}
					if got := verdict(o.does(seed, e, i)); got != want {
						t.Errorf("%s %s %s, time %d: judged %q; want %q", e.host, e.request, e.body, i+1, got, want)
						break
					}
					if e.want == "ask" {
						o.Accepted(name(o, e.host), unfamiliarSignIn)
						o.Passed(name(o, e.host))
					}
				}
			}
			if drew != test.drawn {
				t.Errorf("scripts drew a log-in: %v", drew)
			}
			for _, e := range day {
				if got := verdict(o.navigate(e.host)); got != "pass" {
					t.Errorf("%s in the evening: %q; want pass", e.host, got)
				}
			}
		})
	}
}
