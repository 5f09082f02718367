package trust

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/private"
)

// TestLedgerKept: who accepted a leaf is known after a restart, for as long as before, and
// of nothing else is anything kept.
func TestLedgerKept(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	clock := func() time.Time { return now }
	client, browser, app, old := netip.MustParseAddr("192.0.2.1"), Fingerprint{1}, Fingerprint{2}, Fingerprint{3}
	site := parseName(t, "visited.example")
	l := newLedger("root")
	l.now = clock
	l.Completed(client, old, site)
	now = now.Add(proofFor - time.Hour)
	l.Completed(client, browser, site)
	l.Refused(client, browser, parseName(t, "refused.example"), false)
	l.Refused(client, app, site, false)
	f, changed := l.kept()
	text, err := json.Marshal(f)
	if err != nil || !changed || strings.Contains(string(text), "example") || len(f.Stacks) != 2 {
		t.Fatalf("kept %s, %t, %v; want two stacks and no site", text, changed, err)
	}
	restart := func(root string) *Ledger {
		var again ledgerFile
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		r := newLedger(root)
		r.now = clock
		r.takeUp(again)
		return r
	}
	tunnelled := func(l *Ledger, p Fingerprint) bool {
		l.Refused(client, p, site, false)
		return l.Refuses(client, p)
	}
	again := restart("root")
	if !again.Trusting(client) {
		t.Error("its client is a stranger after a restart")
	}
	if tunnelled(again, browser) || tunnelled(again, old) || !tunnelled(again, app) {
		t.Error("a restart has forgotten who accepted, or takes others for such")
	}
	if !tunnelled(restart("another"), browser) {
		t.Error("who trusted another authority is taken to trust this one")
	}
	if now = now.Add(2 * time.Hour); !tunnelled(restart("root"), old) || tunnelled(restart("root"), browser) {
		t.Error("a restart has made an acceptance younger")
	}
}

// TestLedgerChanged: what is kept is new stacks, and each an hour later at the soonest.
func TestLedgerChanged(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger("root")
	l.now = func() time.Time { return now }
	client, site := netip.MustParseAddr("192.0.2.1"), parseName(t, "a.example")
	for i, step := range []struct {
		after   time.Duration
		print   Fingerprint
		changed bool
	}{
		{0, Fingerprint{1}, true},
		{time.Minute, Fingerprint{1}, false},
		{58 * time.Minute, Fingerprint{1}, false},
		{0, Fingerprint{2}, true}, // which keeps the first one's as well
		{2 * time.Minute, Fingerprint{1}, false},
		{58*time.Minute + 1, Fingerprint{1}, true}, // though it was never silent for an hour
	} {
		now = now.Add(step.after)
		l.Completed(client, step.print, site)
		if _, changed := l.kept(); changed != step.changed {
			t.Errorf("step %d: changed %t; want %t", i, changed, step.changed)
		}
	}
	l.unkept()
	if _, changed := l.kept(); !changed {
		t.Error("what could not be kept is not kept later")
	}
}

// TestLedgerHostile: whatever is in the file, sekisho starts, and takes up what can be.
func TestLedgerHostile(t *testing.T) {
	t.Parallel()
	now := time.Now()
	stack := hex.EncodeToString(make([]byte, 16))
	entry := func(client, stack string, at time.Time) string {
		return `{"client":"` + client + `","stack":"` + stack + `","last":"` + at.Format(time.RFC3339) + `"}`
	}
	good, hour := entry("192.0.2.1", stack, now.Add(-time.Hour)), time.Hour
	for what, tt := range map[string]struct {
		text   string
		known  int
		logged bool
	}{
		"nothing":          {"", 0, true},
		"junk":             {"\x00{", 0, true},
		"of another shape": {`{"root":"root","stacks":{"192.0.2.1":1}}`, 0, true},
		"null":             {"null", 0, false},
		"no root":          {`{"stacks":[` + good + `]}`, 0, false},
		"huge":             {`{"root":"root","stacks":[` + good + `]}` + strings.Repeat(" ", maxLedgerFile), 0, true},
		"good":             {`{"root":"root","stacks":[` + good + `]}`, 1, false},
		"no address":       {`{"root":"root","stacks":[` + good + `,` + entry("", stack, now.Add(-hour)) + `]}`, 1, false},
		"no fingerprints": {`{"root":"root","stacks":[` + good + `,` + entry("192.0.2.2", "zz"+stack[2:], now.Add(-hour)) + `,` +
			entry("192.0.2.2", stack+"00", now.Add(-hour)) + `,` + entry("192.0.2.2", stack[2:], now.Add(-hour)) + `]}`, 1, false},
		"of tomorrow":    {`{"root":"root","stacks":[` + entry("192.0.2.2", stack, now.Add(24*hour)) + `,` + good + `]}`, 1, false},
		"of last year":   {`{"root":"root","stacks":[` + entry("192.0.2.2", stack, now.AddDate(-1, 0, 0)) + `,` + good + `]}`, 1, false},
		"mapped, zoned":  {`{"root":"root","stacks":[` + entry("::ffff:192.0.2.1", stack, now.Add(-hour)) + `,` + entry("fe80::1%eth0", stack, now.Add(-hour)) + `]}`, 2, false},
		"more than some": {`{"root":"root","stacks":[` + good + strings.Repeat(`,{}`, 2*maxStacks) + `]}`, 1, false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "stacks.json")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			core, logs := observer.New(zap.WarnLevel)
			l := OpenLedger(path, "root", zap.New(core))
			if l.accepted.Len() != tt.known || (logs.Len() > 0) != tt.logged {
				t.Errorf("%d known, %d lines logged; want %d, some: %t", l.accepted.Len(), logs.Len(), tt.known, tt.logged)
			}
			if tt.known > 0 && l.Refused(netip.MustParseAddr("192.0.2.1"), Fingerprint{}, parseName(t, "a.example"), false) != NewsNone {
				t.Error("the good one is not known")
			}
		})
	}
}

// TestLedgerKeep: the file is its owner's alone, holds at most a minute too little after a
// crash, and is there as a whole after a stop. It is written for what is new alone.
func TestLedgerKeep(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "stacks.json")
	client, site := netip.MustParseAddr("192.0.2.1"), parseName(t, "a.example")
	known := func(p Fingerprint) bool { // as after a crash
		l := OpenLedger(path, "root", zap.NewNop())
		_, ok := l.accepted.Get(stack{client, p})
		return ok
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var keeping sync.WaitGroup
		l := OpenLedger(path, "root", zap.NewNop())
		keeping.Go(func() { l.Keep(ctx) })
		l.Completed(client, Fingerprint{1}, site)
		time.Sleep(keepEvery)
		synctest.Wait()
		if !known(Fingerprint{1}) {
			t.Error("not in the file after a minute")
		}
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
		for range 50 {
			l.Completed(client, Fingerprint{1}, site)
			time.Sleep(keepEvery)
		}
		synctest.Wait()
		if _, err := os.Stat(path); err == nil {
			t.Error("written though nobody is new")
		}
		l.Completed(client, Fingerprint{2}, site)
		cancel()
		keeping.Wait()
		if _, err := private.Read(path, maxLedgerFile); err != nil || !known(Fingerprint{1}) || !known(Fingerprint{2}) {
			t.Errorf("after a stop: %v, %t, %t; want both", err, known(Fingerprint{1}), known(Fingerprint{2}))
		}
	})
	nowhere := OpenLedger("", "root", zap.NewNop())
	nowhere.Completed(client, Fingerprint{1}, site)
	nowhere.Keep(t.Context()) // returns at once
}
