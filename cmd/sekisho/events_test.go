package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sekisho/journal"
)

// TestEventsFollow follows a journal from before it exists until interrupted.
func TestEventsFollow(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	outR, outW := io.Pipe()
	errR, errW := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- execute(ctx, []string{"events", "--follow", "--data", dir, "--action", "block"}, strings.NewReader(""), outW, errW)
		_ = outW.Close()
	}()
	if line, err := bufio.NewReader(errR).ReadString('\n'); err != nil || !strings.Contains(line, "waiting") {
		t.Fatalf("stderr: %q, %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, errR) }()
	defer func() { _ = errW.Close() }()

	j, err := journal.Open(filepath.Join(dir, "journal.db"), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	record := func(host, action string) {
		t.Helper()
		if _, err := j.Record(t.Context(), journal.Event{Door: journal.DoorDNS, Client: "192.0.2.1", Host: host, Action: action}); err != nil {
			t.Fatal(err)
		}
	}
	record("allowed.example", journal.ActionAllow)
	record("first.example", journal.ActionBlock)
	lines := bufio.NewScanner(outR)
	next := func(want string) {
		t.Helper()
		if !lines.Scan() || !strings.Contains(lines.Text(), want) {
			t.Fatalf("line %q; want … %s …", lines.Text(), want)
		}
	}
	next("TIME")
	next("first.example")
	record("second.example", journal.ActionBlock)
	next("second.example")
	interrupt()
	if lines.Scan() {
		t.Errorf("a further line: %q", lines.Text())
	}
	if code := <-done; code != 0 {
		t.Errorf("code %d; want 0", code)
	}
}

// TestEventsOfHost finds a name in whatever spelling, and one of the DNS alone as it is
// recorded.
func TestEventsOfHost(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"https://Shop.example/x": "shop.example", "アマゾン.example": "xn--cckwcxetd.example",
		"XN--amazon-kxd.example": "xn--amazon-kxd.example", `a\032b.example`: `a\032b.example`,
	} {
		f := eventFlags{host: input}
		if got, err := f.filter(time.Now()); err != nil || got.Host != want {
			t.Errorf("--host %q: %q, %v; want %q", input, got.Host, err, want)
		}
	}
}

func TestEventsOfNoJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "journal.db"), []byte(strings.Repeat("no journal ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errw := sekisho(t, nil, "events", "--data", dir); code != codeFailed || out != "" || errw == "" {
		t.Errorf("code %d, %q, %q", code, out, errw)
	}
}

func TestSince(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.FixedZone("JST", 9*3600))
	for s, want := range map[string]string{
		"":                          "",
		"24h":                       "2026-03-03T12:00:00+09:00",
		"7d":                        "2026-02-25T12:00:00+09:00",
		"2026-01-31":                "2026-01-31T00:00:00+09:00",
		"2026-01-31T10:00:00Z":      "2026-01-31T10:00:00Z",
		"2026-01-31T10:00:00+09:00": "2026-01-31T10:00:00+09:00",
	} {
		got, err := since(s, now)
		if err != nil || want != "" && got.Format(time.RFC3339) != want || want == "" && !got.IsZero() {
			t.Errorf("since(%q) = %v, %v; want %s", s, got, err, want)
		}
	}
	for _, s := range []string{"yesterday", "-1h", "1", "2026-13-01", "99999999999d", "1d1d"} {
		if got, err := since(s, now); err == nil {
			t.Errorf("since(%q) = %v; want an error", s, got)
		}
	}
}

// TestEventsHold: what was held reads as a report.
func TestEventsHold(t *testing.T) {
	t.Parallel()
	no, yes := false, true
	events := []journal.Event{
		{
			Door: journal.DoorGuard, Client: "192.0.2.1", Device: "front desk", Host: "shop.example", Action: journal.ActionHold, Ground: "credentials",
			Technique: "protected-sign-in", Account: "main shop", Fields: []string{"email", "password"}, Sent: &no,
		},
		{Door: journal.DoorGuard, Host: "late.example", Action: journal.ActionHold, Ground: "credentials", Technique: "amazon-fields", Sent: &yes},
		{Door: journal.DoorProxy, Host: "amozon.example", Action: journal.ActionBlock, Ground: "lookalike", Technique: "edit", Sent: &no},
		{Door: journal.DoorProxy, Host: "amozon.example", Action: journal.ActionBlock, Ground: "lookalike", Technique: "edit", Sent: &yes, Observed: true},
	}
	var out strings.Builder
	if err := writeTable(&out, func(yield func(journal.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{"protected-sign-in; account main shop; fields email password; not sent  192.0.2.1 front desk", "amazon-fields; sent", "edit", "edit; passed (mode: observe)"} {
		if !strings.HasSuffix(lines[i+1], want) {
			t.Errorf("line = %q; want … %s", lines[i+1], want)
		}
	}
}
