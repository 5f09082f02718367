package console

import (
	"html"
	"strings"
	"testing"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// TestEventsInWords: the list of events says what each is about, in the language of the
// page, also when there is no incident that would; so do rows that come by themselves.
func TestEventsInWords(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	visit, when := journal.NewIncident(), time.Now().Add(-time.Minute)
	events := []struct {
		journal.Event
		ja, en string
	}{
		{
			journal.Event{Technique: journal.TechniqueStranger, Detail: "a program on this client does not trust the certificate authority: its connections are tunnelled and judged by name alone"},
			"この端末に、sekisho の証明書を信頼していないプログラムがあります", "a program on this client does not trust the certificate authority: ",
		},
		{
			journal.Event{Technique: journal.TechniquePinned, Host: "bank.example", Detail: "an application accepts no other certificate than this site's own; if it is to work, add the name to intercept.never"},
			"使う場合は、intercept.never に名前を加えてください", "if it is to work, add the name to intercept.never",
		},
		{
			journal.Event{Door: journal.DoorSystem, Technique: journal.TechniqueReplaced, Detail: "the journal was moved aside because it is damaged; this one starts anew"},
			"記録ファイルを別の名前で残し、新しいものに替えました。理由：壊れています", "the journal was moved aside because it is damaged; this one starts anew",
		},
		{
			journal.Event{Incident: visit, Host: "amozon.example", Ground: "lookalike", Technique: "edit", Detail: "imitates amazon.com: amozon is amazon with one letter replaced"},
			words{Lang: "ja"}.Why("lookalike", "edit"), words{Lang: "en"}.Why("lookalike", "edit"),
		},
		{
			journal.Event{Incident: visit, Host: "bad.example", Ground: "blocklist", Detail: "bad.example in lists.block[0]"},
			words{Lang: "ja"}.Why("blocklist", ""), words{Lang: "en"}.Why("blocklist", ""),
		},
		{journal.Event{Incident: visit, Technique: journal.TechniqueAppeal, Detail: "my own shop"}, "<q><bdi>my own shop</bdi></q>", "<q><bdi>my own shop</bdi></q>"},
	}
	for _, e := range events {
		e.Client, e.Severity, e.Time = "192.0.2.7", journal.SeverityInfo, when
		if _, err := s.options.Journal.Record(t.Context(), e.Event); err != nil {
			t.Fatal(err)
		}
	}
	for lang, cookie := range map[string]string{"ja": signedIn(t, s, "viewer"), "en": signedIn(t, s, "owner")} {
		list := html.UnescapeString(send(t, s, "GET", "/events?lang="+lang, cookie, "").body)
		live := &stream{server: s, page: page{words: words{Lang: interstitial.Lang(lang)}}}
		for _, e := range events {
			want := map[string]string{"ja": e.ja, "en": e.en}[lang]
			row, err := live.row(e.Event)
			if row = html.UnescapeString(row); err != nil || !strings.Contains(list, want) || !strings.Contains(row, want) {
				t.Errorf("%s in %s: the list has %q: %t; the row is %s, %v", e.Technique, lang, want, strings.Contains(list, want), row, err)
			}
			if n := strings.Count(row, "my own shop"); e.Technique == journal.TechniqueAppeal && n != 1 {
				t.Errorf("%d times what the visitor wrote: %s", n, row)
			}
		}
	}
}

// TestIncidentInWords: the page of an incident says what each of its events is about, and
// its tab and that of its report which site it is.
func TestIncidentInWords(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	visit := journal.NewIncident()
	for _, e := range []journal.Event{
		{Action: journal.ActionBlock, Ground: "lookalike", Technique: "edit"},
		{Technique: journal.TechniqueAppeal, Detail: "my own shop"},
		{Technique: journal.TechniqueAppeal},
	} {
		e.Client, e.Severity, e.Door, e.Incident, e.Host = "192.0.2.7", journal.SeverityRed, journal.DoorPage, visit, "amozon.example"
		if _, err := s.options.Journal.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	page := html.UnescapeString(send(t, s, "GET", "/incidents/"+visit+"?lang=ja", signedIn(t, s, "viewer"), "").body)
	_, table, _ := strings.Cut(page, `id="events"`)
	for what, n := range map[string]int{words{Lang: "ja"}.Why("lookalike", "edit"): 1, "利用者が異議を申し出た": 2, "<q>": 1, "<q><bdi>my own shop</bdi></q>": 1} {
		if strings.Count(table, what) != n {
			t.Errorf("%d times %q; want %d: %s", strings.Count(table, what), what, n, table)
		}
	}
	for path, title := range map[string]string{"": "<title>出来事 amozon.example | sekisho</title>", "/report": " amozon[.]example | sekisho</title>"} {
		if page := send(t, s, "GET", "/incidents/"+visit+path+"?lang=ja", signedIn(t, s, "viewer"), "").body; !strings.Contains(page, title) {
			t.Errorf("%s: want %s in %.600s", path, title, page)
		}
	}
}
