package console

import (
	"path/filepath"
	"strings"
	"testing"

	"sekisho/interstitial"
	"sekisho/journal"
)

// TestObservedIsSaid: of what was only observed no page and no report says that it was
// stopped, also once it no longer is; and what was stopped is not said to have passed.
func TestObservedIsSaid(t *testing.T) {
	t.Parallel()
	path, observing := filepath.Join(t.TempDir(), "journal.db"), true
	j, err := journal.Open(path, journal.Options{Observing: func() bool { return observing }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	s := start(t, func(o *Options) {
		o.Journal, o.JournalFile, o.Decide, o.Lift, o.Change = j, path, j.Decide, j.RemoveException, j.ChangeException
	})
	viewer, yes, no := signedIn(t, s, "viewer"), true, false
	count := func(path string, texts ...string) (n int) {
		body := send(t, s, "GET", path, viewer, "").body
		for _, text := range texts {
			n += strings.Count(body, text)
		}
		return n
	}
	stopped := map[interstitial.Lang][]string{} // in a row, a report and the head of an incident
	for lang, words := range map[interstitial.Lang][]string{"en": {"page stopped", "sending stopped"}, "ja": {"表示を止めた", "送信を止めた"}} {
		for _, word := range words {
			stopped[lang] = append(stopped[lang], ">"+word+"</td>", ">"+word+"</bdi>", "> "+word+"</p>")
		}
	}
	passed := map[interstitial.Lang]string{"en": "passed (observe)", "ja": "観察モードのため通した"}
	for _, tt := range []struct {
		observed bool
		sent     *bool
		e        journal.Event
	}{
		{true, &yes, journal.Event{Door: journal.DoorProxy, Action: journal.ActionBlock, Ground: "lookalike", Technique: "combosquat"}},
		{true, &yes, journal.Event{Door: journal.DoorGuard, Action: journal.ActionHold, Ground: "credentials", Technique: "protected-sign-in"}},
		{false, &no, journal.Event{Door: journal.DoorGuard, Action: journal.ActionHold, Ground: "credentials", Technique: "protected-sign-in"}},
		{false, &no, journal.Event{Door: journal.DoorProxy, Action: journal.ActionBlock, Ground: "lookalike", Technique: "combosquat"}},
	} {
		observing = tt.observed
		e := tt.e
		e.Client, e.Host, e.Severity, e.Incident, e.Sent = "192.0.2.1", "amazon-shop.example", journal.SeverityRed, journal.NewIncident(), tt.sent
		if _, err := j.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		for lang, words := range stopped {
			at := "/incidents/" + e.Incident
			for _, path := range []string{at + "?", at + "/report?in=" + string(lang) + "&", "/events?incident=" + e.Incident + "&"} {
				path += "lang=" + string(lang)
				if did, would := count(path, words...), count(path, passed[lang]); (did > 0) == tt.observed || (would > 0) != tt.observed {
					t.Errorf("%s %s: stopped %d times, passed %d times; observed %v", e.Action, path, did, would, tt.observed)
				}
			}
			// The newest danger, the list of those to decide about, and what the counts are of.
			home, list := count("/?lang="+string(lang), passed[lang]), count("/incidents?lang="+string(lang), passed[lang])
			if home == 0 || list == 0 || count("/?lang="+string(lang), map[interstitial.Lang]string{"en": "only recorded in observe mode", "ja": "観察モードで記録だけして"}[lang]) != 1 {
				t.Errorf("%s: the overview says it %d times, the list %d times", lang, home, list)
			}
		}
	}
	if text := send(t, s, "GET", "/events.csv", viewer, "").body; strings.Count(text, ",true\n") != 2 {
		t.Errorf("the export: %s", text)
	}
}
