package console

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// post sends a form with a cookie.
func post(t *testing.T, s *Server, path, cookie string, fields ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return send(t, s, "POST", path, cookie, form.Encode(), "Content-Type", asForm)
}

// TestChangeOfException: a reviewer moves the end, to the end of the day that the
// form says, and the log of what people did says so in words.
func TestChangeOfException(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	j := s.options.Journal
	if err := j.PutException(t.Context(), journal.Exception{Host: "shop.example", Kind: journal.ExceptionAllow, By: "mika"}); err != nil {
		t.Fatal(err)
	}
	cookie := signedIn(t, s, "reviewer")
	now := time.Now()
	day := now.AddDate(0, 0, 7)
	for _, tt := range []struct {
		until  string
		status int
		want   time.Time
	}{
		{day.Format(time.DateOnly), 303, time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, time.Local)},
		{now.Format(time.DateOnly), 303, time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.Local)},
		{"2020-01-01", 422, time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.Local)},
		{"soon", 422, time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.Local)},
		{"", 303, time.Time{}},
	} {
		got := post(t, s, "/exceptions/change", cookie, "host", "shop.example", "reason", "our supplier", "until", tt.until)
		list, err := j.Exceptions(t.Context())
		if got.status != tt.status || err != nil || len(list) != 1 || !list[0].Until.Equal(tt.want) {
			t.Errorf("until %q: %d, %+v, %v; want %d and %v", tt.until, got.status, list, err, tt.status, tt.want)
		}
	}
	for _, fields := range [][]string{{"host", "none.example"}, {"host", ""}, {"host", "shop.example", "reason", strings.Repeat("x", maxNote+1)}} {
		if got := post(t, s, "/exceptions/change", cookie, fields...); got.status != 422 {
			t.Errorf("%.40v: %d", fields, got.status)
		}
	}
	log := send(t, s, "GET", "/audit?lang=en", cookie, "").body
	if n := strings.Count(log, "Changed reason or end of an exception."); n != 3 || !strings.Contains(log, "shop.example · no end") {
		t.Errorf("%d changes are in the audit log: %s", n, log)
	}
}

// TestRefusedChangeKeepsTheForm: what was typed stays in the form of its row alone, and a
// time without a day is not taken for no end.
func TestRefusedChangeKeepsTheForm(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	end := time.Now().Add(48 * time.Hour)
	for _, host := range []string{"shop.example", "tool.example"} {
		if err := s.options.Journal.PutException(t.Context(), journal.Exception{Host: host, Kind: journal.ExceptionAllow, Reason: "of " + host, By: "mika", Until: end}); err != nil {
			t.Fatal(err)
		}
	}
	cookie := signedIn(t, s, "reviewer")
	for _, fields := range [][]string{{"until", "2020-01-01"}, {"until", "", "at", "10:30"}} {
		got := post(t, s, "/exceptions/change?lang=en", cookie, append(fields, "host", "shop.example", "kind", "allow", "reason", "our supplier")...)
		if got.status != 422 || strings.Count(got.body, ">our supplier</textarea>") != 1 || strings.Count(got.body, " open>") != 1 ||
			!strings.Contains(got.body, ">of tool.example</textarea>") || !strings.Contains(got.body, `value="`+fields[len(fields)-1]+`"`) {
			t.Errorf("%v: %d\n%s", fields, got.status, got.body)
		}
	}
	list, err := s.options.Journal.Exceptions(t.Context())
	if err != nil || len(list) != 2 || list[0].Until.IsZero() || list[0].Reason != "of shop.example" {
		t.Errorf("exceptions: %+v, %v", list, err)
	}
}

// TestNamingClients: the name appears in every list that has the client.
func TestNamingClients(t *testing.T) {
	t.Parallel()
	s, id := startFull(t)
	by := cookies(t, s)
	for role, cookie := range by {
		if got := send(t, s, "GET", "/clients", cookie, "").body; strings.Contains(got, "/clients/name") != (role == "owner") {
			t.Errorf("%s: the form is offered wrongly", role)
		}
	}
	for _, tt := range []struct {
		client, name, group string
		status              int
	}{
		{"192.0.2.3", "till 3", "part_timer", 303},
		{"192.0.2.5", strings.Repeat("レ", 42), "", 303}, // of three octets each
		{"::ffff:192.0.2.66", "till 66", "", 303},
		{"192.0.2", "x", "", 422},
		{"fe80::1%eth0", "x", "", 422},
		{"192.0.2.1", strings.Repeat("x", maxDeviceName+1), "", 422},
		{"192.0.2.1", "x", "robot", 422},
		{"192.0.2.1", "", "", 303},
	} {
		if got := post(t, s, "/clients/name", by["owner"], "client", tt.client, "name", tt.name, "group", tt.group); got.status != tt.status {
			t.Errorf("%+v: %d", tt, got.status)
		}
	}
	for path, wants := range map[string][]string{
		"/clients?lang=en": {"till 3", "part-timer", "till 66"}, "/events?client=192.0.2.3": {"till 3"}, "/events?device=till+66": {"192.0.2.66"},
		"/?lang=en": {"till 3"}, "/audit?lang=en": {"Changed name or group of a device.", "192.0.2.3 till 3 · part-timer"}, "/events.csv": {"till 66"},
	} {
		got := send(t, s, "GET", path, by["viewer"], "").body
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
	_ = id
}

// TestPACChoices: what an owner chooses is what browsers get, and is kept.
func TestPACChoices(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	owner := signedIn(t, s, "owner")
	closed := `return "PROXY 127.0.0.1:8765";`
	pac := func() string { return send(t, s, "GET", "/proxy.pac", "", "").body }
	if got := pac(); !strings.Contains(got, closed) || !strings.Contains(got, "var direct = [];") {
		t.Errorf("before anything is chosen:\n%s", got)
	}
	for _, tt := range []struct {
		failure, except string
		status          int
		want            string
	}{
		{"open", "", 303, `return "PROXY 127.0.0.1:8765; DIRECT";`},
		{"closed", "office.example\r\nBÜCHER.example. office.example", 303, `var direct = ["office.example","xn--bcher-kva.example"];`},
		{"closed", `x"];alert(1)//`, 422, `var direct = ["office.example"`},
		{"closed", "com", 422, `var direct = ["office.example"`},
		{"closed", "192.0.2.1", 422, `var direct = ["office.example"`},
		{"closed", strings.Repeat("a.example b.example ", maxExcept), 303, `var direct = ["a.example","b.example"];`},
		{"ajar", "", 422, `var direct = ["a.example"`},
		{"", "", 422, closed},
	} {
		got := post(t, s, "/settings/pac", owner, "failure", tt.failure, "except", tt.except)
		if file := pac(); got.status != tt.status || !strings.Contains(file, tt.want) {
			t.Errorf("%q %.30q: %d\n%s", tt.failure, tt.except, got.status, file)
		}
	}
	many := make([]string, maxExcept+1)
	for i := range many {
		many[i] = strings.Repeat("a", i%60+1) + strings.Repeat("b", i/60+1) + ".example"
	}
	slices.Sort(many)
	if got := post(t, s, "/settings/pac", owner, "failure", "closed", "except", strings.Join(slices.Compact(many), "\n")); got.status != 422 {
		t.Errorf("too many names: %d", got.status)
	}
	if got := send(t, s, "GET", "/settings", signedIn(t, s, "viewer"), "").body; strings.Contains(got, "<textarea") || !strings.Contains(got, "a.example") {
		t.Error("a viewer is offered the form, or does not see what holds")
	}
	if got := send(t, s, "GET", "/audit?lang=en", owner, "").body; !strings.Contains(got, "go on without sekisho when it cannot be reached.") {
		t.Error("the audit log does not have it")
	}
}
