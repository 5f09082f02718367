package sink

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

// The keys of the tests; the second one takes the place of the first.
const (
	keyOne = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	keyTwo = "whsec_bmV3LWtleS1uZXcta2V5LW5ldy1rZXktMDAwMA=="
)

// hook is a webhook receiver. say decides on each message, of which the ids are
// given; nil takes everything.
type hook struct {
	t   *testing.T
	key string

	mu    sync.Mutex
	say   func(w http.ResponseWriter, ids []int64) bool
	ids   []int64
	seen  map[string][]int64 // by webhook-id
	posts int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender gave up
	}
	var message struct {
		Type      string
		Timestamp time.Time
		Data      struct{ Events []journal.Event }
	}
	if err := json.Unmarshal(body, &message); err != nil || message.Type != "sekisho.events" || message.Timestamp.IsZero() {
		h.t.Errorf("body: %v: %q", err, body)
	}
	if len(body) > maxBody+10<<10 {
		h.t.Errorf("body of %d bytes", len(body))
	}
	h.verify(r, body)
	var ids []int64
	for _, e := range message.Data.Events {
		ids = append(ids, e.ID)
	}
	h.mu.Lock()
	say, id := h.say, r.Header.Get("webhook-id")
	h.posts++
	if before, ok := h.seen[id]; ok && !slices.Equal(before, ids) {
		h.t.Errorf("%s stands for two messages", id)
	}
	h.seen[id] = ids
	h.mu.Unlock()
	if say != nil && !say(w, ids) {
		return
	}
	h.mu.Lock()
	h.ids = append(h.ids, ids...)
	h.mu.Unlock()
}

// verify does what a receiver has to do, by the specification alone.
func (h *hook) verify(r *http.Request, body []byte) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(h.key, "whsec_"))
	if err != nil {
		h.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if got := strings.Fields(r.Header.Get("webhook-signature")); !slices.Contains(got, want) {
		h.t.Errorf("signatures %q; want %q among them", got, want)
	}
}

func (h *hook) answer(say func(http.ResponseWriter, []int64) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.say = say
}

func (h *hook) got() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ids)
}

// status refuses everything with one code.
func status(code int) func(http.ResponseWriter, []int64) bool {
	return func(w http.ResponseWriter, _ []int64) bool {
		w.WriteHeader(code)
		return false
	}
}

func newHook(t *testing.T) *hook { return &hook{t: t, key: keyOne, seen: map[string][]int64{}} }

// hookSink starts a lab with a sink that leads to h.
func hookSink(t *testing.T, address string) (*lab, config.Sink) {
	t.Helper()
	l := newLab(t, journal.Options{})
	if err := os.WriteFile(filepath.Join(l.dir, "hook.key"), []byte(keyOne+"\n\n"+keyTwo+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return l, l.sink("secret_file: hook.key, to: \"" + address + "\"")
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	server := httptest.NewServer(h)
	defer server.Close()
	l, s := hookSink(t, server.URL+"/in?token=geheim")
	l.record(1300, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "1300 events", func() bool { return slices.Equal(h.got(), run(1, 1300)) })
	l.stop()

	h.key = keyTwo // in force beside the first
	l.record(2, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "1302 events", func() bool { return slices.Equal(h.got(), run(1, 1302)) })
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

// TestPoison leaves out the events that a receiver cannot take, and no others.
func TestPoison(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	poison := []int64{7, 250, 251}
	h.answer(func(w http.ResponseWriter, ids []int64) bool {
		for _, id := range poison {
			if slices.Contains(ids, id) {
				w.WriteHeader(422)
				return false
			}
		}
		return true
	})
	server := httptest.NewServer(h)
	defer server.Close()
	l, s := hookSink(t, server.URL)
	l.record(600, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	want := slices.DeleteFunc(run(1, 600), func(id int64) bool { return slices.Contains(poison, id) })
	until(t, "all but three", func() bool { return l.set.Status()[0].Behind == 0 })
	if got := h.got(); !slices.Equal(got, want) {
		t.Errorf("got %d events; want all but %v, once and in order", len(got), poison)
	}
	if n := l.set.pumps[0].receiver.(*webhook).refused.Get(); n != 3 {
		t.Errorf("refused counts %d; want 3", n)
	}
	if n := l.count("event left out, the webhook refuses it"); n != 3 {
		t.Errorf("%d lines about it; want 3", n)
	}
}

// TestRefusesEverything keeps the events of a receiver that answers 400 to all.
func TestRefusesEverything(t *testing.T) {
	t.Parallel()
	h := newHook(t)
	h.answer(status(400))
	server := httptest.NewServer(h)
	defer server.Close()
	l, s := hookSink(t, server.URL)
	l.record(100, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	hook := l.set.pumps[0].receiver.(*webhook)
	until(t, "it stops leaving out", func() bool { return hook.refused.Get() == maxLeftOut })
	failed := l.set.pumps[0].counts.failed.Get()
	until(t, "it goes on trying", func() bool { return l.set.pumps[0].counts.failed.Get() > failed+3 })
	h.answer(nil)
	until(t, "the rest", func() bool { return slices.Equal(h.got(), run(maxLeftOut+1, 100)) })
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	p := &pump{wait: time.Second}
	for after, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "99999": time.Hour, "-1": 0, "soon": 0, "": 0,
		time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat): 9 * time.Minute,
	} {
		got := p.pause(0, asked(statusError(429), after))
		if got < want || got > want+2*time.Minute {
			t.Errorf("Retry-After %q: %v; want about %v", after, got, want)
		}
	}
	for failures := range 100 {
		if d := p.pause(failures, statusError(500)); d <= 0 || d > longestWait {
			t.Errorf("after %d failures: %v", failures, d)
		}
	}
}

func TestWebhookTLS(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t)
	h := newHook(t)
	server := httptest.NewUnstartedServer(h)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.StartTLS()
	defer server.Close()
	l, s := hookSink(t, server.URL)
	l.record(3, journal.Event{})
	l.start(Options{Sinks: []config.Sink{s}})
	until(t, "a stranger's certificate", func() bool { return strings.Contains(l.set.Status()[0].Failing, "certificate") })
	l.stop()
	l.start(Options{Sinks: []config.Sink{s}, Roots: roots})
	until(t, "three", func() bool { return slices.Equal(h.got(), run(1, 3)) })
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		want       string // part of the error
	}{
		{"one", keyOne, 0o600, ""},
		{"readable by others", keyOne, 0o644, "600"},
		{"empty", "\n", 0o600, "is empty"},
		{"no prefix", keyOne[6:], 0o600, "line 1"},
		{"too short", "whsec_c2hvcnQ=", 0o600, "line 1"},
		{"no base64", "whsec_" + strings.Repeat("!", 40), 0o600, "line 1"},
		{"too many", strings.Repeat(keyOne+"\n", 5), 0o600, "line 5"},
	} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		_, err := readKeys(path)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "MfKQ9r8G") {
			t.Errorf("%s: the error shows the key: %v", test.name, err)
		}
	}
	// The example of the specification's own libraries.
	key, _ := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	got := sign([][]byte{key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s; want %s", got, want)
	}
}
