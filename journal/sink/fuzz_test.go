package sink

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/journal"
)

// hostile is an event of which a stranger chose every text.
func hostile(a, b, c string, id int64, score float64) journal.Event {
	yes := true
	return journal.Event{
		ID: id, Time: time.UnixMilli(id % (1 << 40)).UTC(), Door: a, Client: b, Device: c, Host: a, Action: b, Severity: c, Ground: a,
		Technique: b, Target: c, Score: score, Detail: a + b + c, Signs: []string{a, b}, Fields: []string{c}, Account: c, Sent: &yes, Observed: id%2 == 0, Incident: a,
	}
}

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "plain", `"`, `\`, `]`, `a"] [x@1 y="z"] <13>1`, "a|b\\|c", "k=v act=allow", `\=`, "a\nb\rc", "\x1b[2J\x00", "日本\u2028\u202e", "\xff\xfe",
		" lead and trail ", `\\\"\]`, "CEF:0|x", strings.Repeat("長", 400),
	} {
		f.Add(s, "blk=1 x|y", "red", int64(7), 0.5)
		f.Add("host.example", s, s, int64(1)<<60, 1e-9)
	}
}

func FuzzSyslog(f *testing.F) {
	seeds(f)
	text := syslog{host: "h", process: "1", id: "sekisho@32473", origin: `[origin software="sekisho"]`}
	f.Fuzz(func(t *testing.T, a, b, c string, id int64, score float64) {
		e := hostile(a, b, c, id, score)
		line := string(text.append(nil, &e, false))
		if err := wire(line); err != nil {
			t.Fatal(err)
		}
		m, err := parseSyslog(line)
		if err != nil {
			t.Fatal(err)
		}
		want := []param{{"id", strconv.FormatInt(id, 10)}}
		for _, p := range []param{
			{"door", a},
			{"client", b},
			{"device", c},
			{"host", a},
			{"action", b},
			{"severity", c},
			{"ground", a},
			{"technique", b},
			{"target", c},
			{"score", scoreText(&e)},
			{"detail", a + b + c},
			{"account", c},
			{"sent", "true"},
			{"observed", observedText(&e)},
			{"incident", a},
			{"sign", a},
			{"sign", b},
			{"field", c},
		} {
			if p.value != "" {
				want = append(want, param{p.name, oneLine(p.value)})
			}
		}
		if diff := cmp.Diff(want, m.params["sekisho@32473"], cmp.AllowUnexported(param{})); diff != "" {
			t.Fatalf("parameters (-want +got):\n%s", diff)
		}
		if len(text.append(nil, &e, true)) > len(line)+len(` shortened="true"`) {
			t.Error("the short form is the longer one")
		}
	})
}

func FuzzCEF(f *testing.F) {
	seeds(f)
	text := cef{version: `1|\`}
	f.Fuzz(func(t *testing.T, a, b, c string, id int64, score float64) {
		e := hostile(a, b, c, id, score)
		line := string(text.append(nil, &e))
		if err := wire(line); err != nil {
			t.Fatal(err)
		}
		fields, ext, err := parseCEF(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"sekisho", "sekisho", `1|\`, oneLine(signature(&e)), summary(&e), cefSeverity(c)}, fields); diff != "" {
			t.Fatalf("header (-want +got):\n%s", diff)
		}
		for key, value := range map[string]string{
			"externalId": strconv.FormatInt(id, 10), "cat": a, "act": b, "shost": c, "dhost": a, "msg": a + b + c, "cs1": a, "cs2": b,
			"cs3": c, "cs4": a + "," + b, "cs5": c, "cs6": a, "duser": c, "flexString1": "true", "flexString2": observedText(&e),
		} {
			if got := ext[key]; got != oneLine(value) {
				t.Fatalf("%s = %q; want %q", key, got, oneLine(value))
			}
		}
	})
}
