package upload_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"

	"sekisho/guard"
	"sekisho/proxy/budget"
	"sekisho/proxy/upload"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "Momiji+2026"

var errHeld = errors.New("held")

// judge stops what has the secret in a field for passwords, and keeps account of what it
// was told.
type judge struct {
	mu    sync.Mutex
	sent  []bool
	hints guard.Hints
}

func (j *judge) Hints() guard.Hints { return j.hints }

func (j *judge) Weigh(f *guard.Finding, sent bool) error {
	defer f.Wipe()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent = append(j.sent, sent)
	for _, p := range f.Passwords {
		if string(p.Bytes()) == secret {
			return errHeld
		}
	}
	return nil
}

func (j *judge) WeighGone(f *guard.Finding, gone bool) error { return j.Weigh(f, gone) }

// post is a request of contentType with body, and that as an upload. A length of -1 is
// that of a stream.
func post(contentType string, body io.Reader, length int64, memory int64) (*http.Request, *upload.Body) {
	r := httptest.NewRequest(http.MethodPost, "https://shop.example/", body)
	r.ContentLength = length
	r.Header.Set("Content-Type", contentType)
	b := upload.New(httptest.NewRecorder(), r, budget.New(memory), netip.MustParseAddr("192.0.2.1"), time.Minute)
	return r, b
}

func head(r *http.Request) guard.Head {
	return guard.Head{Method: r.Method, Target: "/", Header: r.Header}
}

const form = "application/x-www-form-urlencoded"

// TestHold: what is held is given out again, and whether that is all is told.
func TestHold(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", 100_000)
	for _, tt := range []struct {
		name          string
		length        int64
		limit, memory int
		whole         bool
		err           error
	}{
		{"whole", 100_000, 1 << 20, 1 << 20, true, nil},
		{"longer than the limit", 100_000, 50_000, 1 << 20, false, nil},
		{"a stream", -1, 1 << 20, 1 << 20, true, nil},
		{"no room", 100_000, 1 << 20, 40_000, false, budget.ErrNoRoom},
		{"no room for a stream", -1, 1 << 20, 40_000, false, budget.ErrNoRoom},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, b := post(form, iotest.DataErrReader(strings.NewReader(text)), tt.length, int64(tt.memory)) // as net/http reads
			defer func() { _ = b.Close() }()
			whole, err := b.Hold(tt.limit)
			if whole != tt.whole || !errors.Is(err, tt.err) {
				t.Errorf("held: %t, %v; want %t, %v", whole, err, tt.whole, tt.err)
			}
			if got, err := io.ReadAll(b); string(got) != text || err != nil || !b.Whole() || b.Malformed() {
				t.Errorf("%d bytes came out, %v, whole %t; want all %d", len(got), err, b.Whole(), len(text))
			}
		})
	}
}

// TestFollow: what is behind the part that was held leaves once it was judged, and
// nothing of a secret, however small the pieces are.
func TestFollow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, rest string
		stops      bool
	}{{"nothing", "&more=" + strings.Repeat("y", 10_000), false}, {"a secret", "&password=Momiji%2B2026&more=" + strings.Repeat("y", 10_000), true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := new(judge)
			early := "pad=" + strings.Repeat("x", 2_000)
			r, b := post(form, iotest.OneByteReader(strings.NewReader(early+tt.rest)), int64(len(early+tt.rest)), 4<<20)
			defer func() { _ = b.Close() }()
			if whole, err := b.Hold(len(early)); whole || err != nil {
				t.Fatalf("held: %t, %v", whole, err)
			}
			b.Follow(j, head(r), guard.Hints{})
			got, err := io.ReadAll(b)
			if tt.stops {
				if !strings.HasPrefix(early+tt.rest, string(got)) {
					t.Errorf("%d bytes left that were not sent: %.40q", len(got), got)
				}
				if !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) || bytes.Contains(got, []byte("Momiji")) {
					t.Errorf("%v, stopped by %v, with the secret out: %t", err, b.Stopped(), bytes.Contains(got, []byte("Momiji")))
				}
				if len(j.sent) == 0 || !j.sent[len(j.sent)-1] {
					t.Errorf("the judge was told that something was sent: %v", j.sent)
				}
				return
			}
			if string(got) != early+tt.rest || err != nil || b.Stopped() != nil {
				t.Errorf("%d bytes, %v, %v; want all", len(got), err, b.Stopped())
			}
		})
	}
}

// TestBatch: what is streamed leaves with a pause, as far as it was judged by then.
func TestBatch(t *testing.T) {
	t.Parallel()
	j := new(judge)
	pr, pw := io.Pipe()
	r, b := post(form, pr, -1, 4<<20)
	defer func() { _ = b.Close() }()
	go func() { _, _ = io.WriteString(pw, "first=1&") }()
	if whole, err := b.Hold(1 << 20); whole || err != nil {
		t.Fatalf("held: %t, %v; want a pause", whole, err)
	}
	f := guard.Inspect(head(r), b.Early(), false, guard.Hints{})
	if err := b.Batch(j, head(r), f.Digest()); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 64)
	if n, err := b.Read(p); string(p[:n]) != "first=1&" || err != nil {
		t.Fatalf("%q, %v; want what was held", p[:n], err)
	}
	go func() {
		_, _ = io.WriteString(pw, "password=Momiji%2B2026")
		_ = pw.Close()
	}()
	if n, err := b.Read(p); n != 0 || !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) {
		t.Errorf("%q, %v, %v; want it held", p[:n], err, b.Stopped())
	}
}

// TestFollowPaused: a pause lets no text of a program's out that was not read yet.
func TestFollowPaused(t *testing.T) {
	t.Parallel()
	pr, pw := io.Pipe()
	r, b := post(form, pr, -1, 4<<20)
	defer func() { _ = b.Close() }()
	go func() {
		_, _ = io.WriteString(pw, "pad="+strings.Repeat("x", 1<<20)+"&password=Momiji%2B2026")
		time.Sleep(time.Second)
		_ = pw.Close()
	}()
	if whole, err := b.Hold(1 << 20); whole || err != nil {
		t.Fatalf("held: %t, %v; want more", whole, err)
	}
	b.Follow(new(judge), head(r), guard.Hints{})
	got, err := io.ReadAll(b)
	if !errors.Is(err, errHeld) || bytes.Contains(got, []byte("Momiji")) {
		t.Errorf("%d bytes left, %v, with the secret %t", len(got), err, bytes.Contains(got, []byte("Momiji")))
	}
}

// TestClose ends the reading.
func TestClose(t *testing.T) {
	t.Parallel()
	_, b := post(form, strings.NewReader("a=b"), 3, 1<<20)
	_ = b.Close()
	if _, err := b.Read(make([]byte, 1)); !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("read = %v; want none after a close", err)
	}
	if (*upload.Body)(nil).Stopped() != nil {
		t.Error("no body was stopped")
	}
}
