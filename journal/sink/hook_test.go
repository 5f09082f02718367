package sink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
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
