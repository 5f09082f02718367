package console

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sekisho/journal"
)

var filterNow = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func TestEventFilter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		want  journal.Filter
	}{
		{"", journal.Filter{Limit: defaultLimit}},
		{
			"since=24h&until=2026-03-04T00:00:00%2B09:00&action=hold&door=guard&severity=red&limit=500",
			journal.Filter{
				Since: filterNow.Add(-24 * time.Hour), Until: time.Date(2026, 3, 3, 15, 0, 0, 0, time.UTC),
				Action: "hold", Door: "guard", Severity: "red", Limit: 500,
			},
		},
		{"since=7d", journal.Filter{Since: filterNow.Add(-7 * 24 * time.Hour), Limit: defaultLimit}},
		{"since=2026-01-31", journal.Filter{Since: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Limit: defaultLimit}},
		{"host=AMAZON.Example.&client=::ffff:192.0.2.1", journal.Filter{Host: "amazon.example", Client: "192.0.2.1", Limit: defaultLimit}},
		{"host=XN--amazon-kxd.Example", journal.Filter{Host: "xn--amazon-kxd.example", Limit: defaultLimit}},
		{`host=a%5C032b.example`, journal.Filter{Host: `a\032b.example`, Limit: defaultLimit}},
		{
			"text=amaz&device=till&technique=homoglyph&account=main+shop&incident=00X",
			journal.Filter{Text: "amaz", Device: "till", Technique: "homoglyph", Account: "main shop", Incident: "00X", Limit: defaultLimit},
		},
		{"host=&since=&limit=", journal.Filter{Limit: defaultLimit}},
	} {
		v, err := url.ParseQuery(tt.query + "&cursor=c")
		if err != nil {
			t.Fatal(err)
		}
		got, cursor, err := eventFilter(person{}, v, filterNow)
		if err != nil || cursor != "c" {
			t.Errorf("%s: %v, cursor %q", tt.query, err, cursor)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.query, diff)
		}
	}
}

func TestIncidentFilter(t *testing.T) {
	t.Parallel()
	v, err := url.ParseQuery("state=open&severity=amber&host=a.example&client=2001:db8::1&appealed=true&since=1h&limit=1&cursor=c")
	if err != nil {
		t.Fatal(err)
	}
	got, cursor, err := incidentFilter(v, filterNow)
	want := journal.IncidentFilter{
		State: "open", Severity: "amber", Host: "a.example", Client: "2001:db8::1", Appealed: true, Since: filterNow.Add(-time.Hour), Limit: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || cursor != "c" {
		t.Errorf("%v, cursor %q (-want +got):\n%s", err, cursor, diff)
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"acton=block":                            `"acton": there is no such parameter`,
		"state=open":                             "no such parameter", // of incidents
		"action=stop":                            "action: want allow, warn, block, hold, release",
		"action=block&action=warn":               "action: given more than once",
		"door=window":                            "door: want proxy",
		"severity=RED":                           "severity: want red",
		"host=a+b":                               "host: want the name of a host",
		"client=localhost":                       "client: want an address",
		"since=yesterday":                        "since: want a length of time",
		"until=-1h":                              "until: want a length of time",
		"limit=0":                                "limit: want 1 to 500",
		"limit=501":                              "limit: want 1 to 500",
		"limit=1e2":                              "limit: want 1 to 500",
		"text=%ff":                               "no text",
		"text=" + strings.Repeat("a", maxText+1): "text: longer than 253 bytes",
		"a=1&b=2":                                "\"a\": there is no such parameter\n\"b\"",
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := eventFilter(person{}, v, filterNow); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v; want %q", query, err, want)
		}
	}
}

// Whatever is asked for, a filter that is accepted is bounded, and an error is text
// fit for a page.
func FuzzFilters(f *testing.F) {
	f.Add("since=24h&action=block&host=a.example&limit=5&cursor=x")
	f.Add("state=open&appealed=true&client=::1%25eth0")
	f.Add("since=99999999999999h&until=0000-00-00&text=%00")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		e, _, err := eventFilter(person{}, v, filterNow)
		i, _, err2 := incidentFilter(v, filterNow)
		for _, err := range []error{err, err2} {
			if err != nil && !utf8.ValidString(err.Error()) {
				t.Errorf("%q: the error is no text", query)
			}
		}
		if err == nil && (e.Limit < 1 || e.Limit > maxLimit || len(e.Text) > maxText || len(e.Host) > 255) {
			t.Errorf("%q: %+v", query, e)
		}
		if err2 == nil && (i.Limit < 1 || i.Limit > maxLimit || len(i.Host) > 255) {
			t.Errorf("%q: %+v", query, i)
		}
	})
}
