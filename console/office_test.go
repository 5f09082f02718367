package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestExceptionsOnPage: who decides takes an exception back, a viewer is not offered to.
func TestExceptionsOnPage(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	by := cookies(t, s)
	for role, cookie := range by {
		if got := send(t, s, "GET", "/exceptions", cookie, "").body; strings.Contains(got, "/exceptions/remove") != (role != "viewer") || strings.Contains(got, "/exceptions/change") != (role != "viewer") {
			t.Errorf("%s: the forms are offered wrongly", role)
		}
	}
	remove := func(host string) int {
		return send(t, s, "POST", "/exceptions/remove", by["owner"], url.Values{"host": {host}}.Encode(), "Content-Type", asForm).status
	}
	if got := remove(hostile); got != 303 {
		t.Errorf("removal: %d", got)
	}
	kept, err := s.options.Journal.Exceptions(t.Context())
	if err != nil || len(kept) != 1 || kept[0].Host == hostile {
		t.Errorf("left: %+v, %v", kept, err)
	}
	if again, none := remove(hostile), remove(""); again != 303 || none != 400 {
		t.Errorf("once more: %d; of no host: %d", again, none)
	}
	if got := send(t, s, "GET", "/audit", by["owner"], "").body; !strings.Contains(got, phrases()["did.exception.remove"]["ja"]) {
		t.Error("the audit log does not have it")
	}
}

func TestPagesOfExceptions(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for i := range maxRows + 1 {
		x := journal.Exception{Host: fmt.Sprintf("h%03d.example", i), Kind: journal.ExceptionBlock}
		if err := s.options.Journal.PutException(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	cookie := signedIn(t, s, "viewer")
	seen := 0
	for to := "/exceptions"; to != ""; {
		body := send(t, s, "GET", to, cookie, "").body
		to = ""
		seen += strings.Count(body, `scope="row"`)
		for _, a := range find(t, body, "a") {
			if attr(a, "rel") == "next" {
				to = attr(a, "href")
			}
		}
	}
	if seen != maxRows+1 {
		t.Errorf("%d exceptions are shown; want %d", seen, maxRows+1)
	}
}

// TestSignInIDs: the page of protected accounts has no ID for a viewer.
func TestSignInIDs(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	for role, cookie := range cookies(t, s) {
		got := send(t, s, "GET", "/accounts", cookie, "").body
		if strings.Contains(got, "seller@shop.example") != (role != "viewer") || !strings.Contains(got, "&lt;b&gt;x") {
			t.Errorf("%s: %s", role, got)
		}
	}
}

// TestTicks: the steps of the set-up are done when the journal shows it of the
// device that looks.
func TestTicks(t *testing.T) {
	t.Parallel()
	empty, full := start(t, nil), (*Server)(nil)
	full, _ = startFull(t)
	for s, want := range map[*Server]int{empty: 0, full: 3} { // without the resolver and the exercise
		got := send(t, s, "GET", "/set-up", signedIn(t, s, "viewer"), "").body
		if n := strings.Count(got, "tag done"); n != want {
			t.Errorf("%d steps are done; want %d", n, want)
		}
		for _, part := range []string{fingerprintOf([]byte(rootPEM)), "/proxy.pac", "<code>127.0.0.1</code>", "<code>8765</code>", "8753", drillAddress} {
			if part == "" || !strings.Contains(got, part) {
				t.Errorf("the page lacks %q", part)
			}
		}
	}
}

// TestChart: bars cover the range without a gap, in any zone, and every event is
// in the bar of its hour.
func TestChart(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Asia/Tokyo", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		l, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, now := range []time.Time{
			time.Date(2026, 3, 8, 12, 30, 0, 0, l), time.Date(2026, 11, 1, 1, 30, 0, 0, l), time.Date(2026, 4, 5, 0, 0, 0, 0, l),
			time.Date(2026, 6, 5, 23, 59, 0, 0, l), time.Date(2026, 6, 6, 0, 1, 0, 0, l),
		} {
			for _, c := range []chart{hourly(now), daily(now)} {
				first, last := c.Bars[0], c.Bars[len(c.Bars)-1]
				if now.Before(last.From) || !now.Before(last.To) {
					t.Errorf("%s %v: the last bar is %v to %v", c.Name, now, last.From, last.To)
				}
				var hours []journal.HourCount
				for h := first.From.Add(-time.Hour); h.Before(last.To.Add(2 * time.Hour)); h = h.Add(time.Hour) {
					hours = append(hours, journal.HourCount{Hour: h, Severity: journal.SeverityRed, Action: journal.ActionBlock, Events: 1})
				}
				c.count(hours)
				want := int(last.To.Sub(first.From) / time.Hour)
				if c.Red != want || c.Count[journal.ActionBlock] != want {
					t.Errorf("%s %v: %d events; want %d", c.Name, now, c.Red, want)
				}
				for i, b := range c.Bars {
					if i > 0 && !b.From.Equal(c.Bars[i-1].To) || b.Red != int(b.To.Sub(b.From)/time.Hour) || b.AmberY < 0 {
						t.Errorf("%s %v: bar %d is %+v", c.Name, now, i, b)
					}
				}
			}
		}
	}
}
