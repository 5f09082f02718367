package sink

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

func TestWebhook(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	server := httptest.NewServer(h)
	defer server.Close()
	l, s := hookSink(t, server.URL+"/in?token=geheim")
	l.record(1300, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "1300 events", func() bool { return slices.Equal(h.got(), run(1, 1300)) })
	until(t, "the answer to the last", func() bool { return l.set.Status()[0].Behind == 0 })
	l.stop()

	h.key = keyTwo // in force beside the first
	l.record(2, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "1302 events", func() bool { return slices.Equal(h.got(), run(1, 1302)) })
}

// TestWebhookGrowsAgain: after a receiver refused large messages for a while, they become
// as large again as they were.
func TestWebhookGrowsAgain(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	server := httptest.NewServer(h)
	defer server.Close()
	l, s := hookSink(t, server.URL)
	h.answer(func(w http.ResponseWriter, ids []int64) bool {
		if len(ids) > 4 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return false
		}
		return true
	})
	l.record(100, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "100 events in small messages", func() bool { return slices.Equal(h.got(), run(1, 100)) })
	var mu sync.Mutex
	largest := 0
	h.answer(func(_ http.ResponseWriter, ids []int64) bool {
		mu.Lock()
		defer mu.Unlock()
		largest = max(largest, len(ids))
		return true
	})
	l.record(4*batchSize, journal.Event{})
	until(t, "the rest", func() bool { return len(h.got()) == 100+4*batchSize })
	l.stop()
	if most := l.set.pumps[0].receiver.(*webhook).most; most != batchSize || largest <= 8 {
		t.Errorf("a message may have %d events, and the largest had %d; want %d again", most, largest, batchSize)
	}
}

// TestWebhookTrouble has the receiver fail in every way that passes: nothing is
// lost, the order stays, and the log has one line for each time.
func TestWebhookTrouble(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	server := httptest.NewServer(h)
	defer server.Close()
	redirected := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { redirected = true }))
	defer elsewhere.Close()
	l, s := hookSink(t, server.URL+"/in?token=geheim")
	l.start(Options{Sinks: []config.Sink{s}})
	next := int64(1)
	for _, test := range []struct {
		name string
		say  func(http.ResponseWriter, []int64) bool
		want string // in the reason
	}{
		{"500", status(500), "500"},
		{"503 with an hour", status(503), "503"},
		{"401", status(401), "401 Unauthorized"},
		{"404", status(404), "404"},
		{"410", status(410), "410"},
		{"redirect", func(w http.ResponseWriter, _ []int64) bool {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(307)
			return false
		}, "not followed"},
		{"connection cut", func(http.ResponseWriter, []int64) bool { panic(http.ErrAbortHandler) }, "EOF"},
		{"answer without an end", func(w http.ResponseWriter, _ []int64) bool {
			w.WriteHeader(500)
			for range 64 {
				_, _ = w.Write(make([]byte, 64<<10))
			}
			return false
		}, "500"},
	} {
		h.answer(test.say)
		l.record(20, journal.Event{})
		until(t, test.name, func() bool { return strings.Contains(l.set.Status()[0].Failing, test.want) })
		h.answer(nil)
		until(t, test.name+" is over", func() bool { return slices.Equal(h.got(), run(1, next+19)) })
		next += 20
		until(t, test.name+": works again", func() bool { return l.set.Status()[0].Failing == "" })
	}
	if redirected {
		t.Error("a redirect was followed")
	}
	if failed, again := l.count("sink failed; its events wait in the journal"), l.count("sink works again"); failed != again || failed != 8 {
		t.Errorf("%d failures, %d recoveries in the log; want 8 of each", failed, again)
	}
	for _, entry := range l.logged.All() {
		for _, f := range entry.Context {
			if strings.Contains(f.String, "geheim") || f.Interface != nil && strings.Contains(printed(f.Interface), "geheim") {
				t.Errorf("the log shows the address: %v", entry)
			}
		}
	}
}

func printed(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	}
	return ""
}

// TestWebhookAway stops the process while the receiver is away, and the receiver
// while the process is: the cursor holds.
func TestWebhookAway(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := ln.Addr().String()
	_ = ln.Close()
	l, s := hookSink(t, "http://"+at+"/")
	l.record(30, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "a failure", func() bool { return l.set.Status()[0].Failing != "" })
	l.stop()
	if ln, err = net.Listen("tcp", at); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(ln) }()
	defer func() { _ = server.Close() }()
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "30 events", func() bool { return slices.Equal(h.got(), run(1, 30)) })
}

// TestWebhookStalls gives a receiver up that never answers, when the process stops.
func TestWebhookStalls(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	release, stalled := make(chan struct{}), make(chan struct{}, 1)
	h.answer(func(http.ResponseWriter, []int64) bool {
		stalled <- struct{}{}
		<-release
		return false
	})
	server := httptest.NewServer(h)
	defer server.Close()
	defer close(release)
	l, s := hookSink(t, server.URL)
	l.record(1, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	<-stalled
	l.stop()
	if got := l.set.Status()[0]; got.Behind != 1 {
		t.Errorf("status %+v; want that the event waits", got)
	}
}
