package sink

import (
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sekisho/config"
	"sekisho/journal"
)

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
