package console

import (
	"strings"
	"testing"
	"unicode"

	"sekisho/hostname"
	"sekisho/journal"
)

// TestNamesInLetters: what a name shows stands on every page beside what it is, behind it
// and apart from it, also where its letters run the other way or look like another name;
// and what is looked for in letters is found.
func TestNamesInLetters(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	viewer := signedIn(t, s, "viewer")
	for _, shown := range []string{"アマゾン-amazon.example", "\u0430mazon.example", "\u05d0\u05de\u05d6\u05d5\u05df.example", "amazon.ノ\u30fcsign-in.example"} {
		n, err := hostname.Parse(shown)
		if err != nil {
			t.Fatal(err)
		}
		e := journal.Event{
			Door: journal.DoorProxy, Client: "192.0.2.1", Host: n.String(), Action: journal.ActionBlock, Severity: journal.SeverityRed,
			Ground: "lookalike", Incident: journal.NewIncident(),
		}
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if err := s.options.Journal.PutException(t.Context(), journal.Exception{Host: e.Host, Kind: journal.ExceptionAllow, By: "mika"}); err != nil {
			t.Fatal(err)
		}
		both := "<bdi>" + e.Host + `</bdi> <span class="soft">looks like: <bdi>` + shown + "</bdi></span>"
		for _, path := range []string{"/?lang=en", "/incidents?lang=en", "/incidents/" + e.Incident + "?lang=en", "/events?lang=en", "/exceptions?lang=en", "/events?lang=en&text=" + e.Host[:12]} {
			body := send(t, s, "GET", path, viewer, "").body
			if !strings.Contains(body, both) {
				t.Errorf("%s lacks %q", path, both)
			}
			if strings.Count(body, ">"+shown+"<") != strings.Count(body, both) {
				t.Errorf("%s shows %q without what it is", path, shown)
			}
		}
	}
	body := send(t, s, "GET", "/events?text=アマゾン", viewer, "").body
	if !strings.Contains(body, "アマゾン-amazon.example") || strings.Contains(body, "sign-in.example") {
		t.Error("the text does not find the name that shows it, alone")
	}
	for _, host := range []string{"amazon.example", hostile, "xn--a\u202e.example", "xn--99999999999.example", "xn--\x00.example"} {
		if got := letters(host); got != "" {
			t.Errorf("letters(%q) = %q", host, got)
		}
	}
}

// FuzzLetters: nothing that is recorded shows signs that change the direction of text, or
// that cannot be seen.
func FuzzLetters(f *testing.F) {
	f.Add("xn--cckg4etb.example")
	f.Add("xn--7dba.example")
	f.Add("xn--a-0hc.example")
	f.Fuzz(func(t *testing.T, host string) {
		for _, c := range letters(host) {
			if unicode.In(c, unicode.Bidi_Control, unicode.Cc) && !strings.ContainsRune(host, c) {
				t.Errorf("letters(%q) has %U", host, c)
			}
		}
	})
}
