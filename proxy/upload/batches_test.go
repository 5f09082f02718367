package upload_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/guard"
	"sekisho/proxy/upload"
)

const paused = "first=1&"

// batch is a stream that has paused behind its first words, which the client's end said.
func batch(t *testing.T, j upload.Judge) (*upload.Body, *io.PipeWriter) {
	t.Helper()
	return batchOf(t, j, paused, "")
}

// batchOf is batch of other words, with a content coding.
func batchOf(t *testing.T, j upload.Judge, words, coding string) (*upload.Body, *io.PipeWriter) {
	t.Helper()
	pr, pw := io.Pipe()
	r, b := post(form, pr, -1, 4<<20)
	t.Cleanup(func() {
		_ = b.Close()
		_ = pw.Close()
	})
	if coding != "" {
		r.Header.Set("Content-Encoding", coding)
	}
	go func() { _, _ = io.WriteString(pw, words) }()
	if whole, err := b.Hold(1 << 20); whole || err != nil {
		t.Fatalf("held: %t, %v; want a pause", whole, err)
	}
	f := guard.Inspect(head(r), b.Early(), false, guard.Hints{})
	if err := b.Batch(j, head(r), f.Digest()); err != nil {
		t.Fatal(err)
	}
	return b, pw
}

// TestBatchLong: what a stream grows too long with is judged before any of it leaves,
// what was gathered and what comes next.
func TestBatchLong(t *testing.T) {
	t.Parallel()
	const password = "&password=Momiji%2B2026&"
	pad := strings.Repeat("x", 31*32<<10+100) // into the piece that there is no room for
	for name, rest := range map[string]string{
		"in what was gathered": "a=b" + password + pad + pad,
		"in what comes next":   pad + password + pad,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, pw := batch(t, new(judge))
			go func() {
				_, _ = io.WriteString(pw, rest)
				_ = pw.Close()
			}()
			got, err := io.ReadAll(b)
			if !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) {
				t.Errorf("%v, stopped by %v; want it held", err, b.Stopped())
			}
			if strings.Contains(string(got), "Momiji") || !strings.HasPrefix(paused+rest, string(got)) {
				t.Errorf("%d bytes left; want none of the password", len(got))
			}
		})
	}
}

// TestBatchLie: text that a label calls compressed, and that looks like the beginning of
// that, is judged before any of it leaves with a pause.
func TestBatchLie(t *testing.T) {
	t.Parallel()
	j := new(judge)
	b, pw := batchOf(t, j, "LA=1&", "br")
	if _, err := io.ReadFull(b, make([]byte, len("LA=1&"))); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(pw, "password=Momiji%2B2026") }()
	p := make([]byte, 64)
	if n, err := b.Read(p); n != 0 || !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) {
		t.Errorf("%q, %v; want it held at the pause", p[:n], err)
	}
}

// opaqueJudge stops what cannot be read.
type opaqueJudge struct{ judge }

func (j *opaqueJudge) Weigh(f *guard.Finding, sent bool) error {
	if f.Undecoded {
		f.Wipe()
		return errHeld
	}
	return j.judge.Weigh(f, sent)
}

// TestBatchWhole: what ends behind a pause is judged as a whole, though nothing came any
// more: half of something compressed is damaged once nothing follows.
func TestBatchWhole(t *testing.T) {
	t.Parallel()
	const words = "L\x00\x01\x02"
	b, pw := batchOf(t, new(opaqueJudge), words, "br")
	if _, err := io.ReadFull(b, make([]byte, len(words))); err != nil {
		t.Fatal(err)
	}
	_ = pw.Close()
	if got, err := io.ReadAll(b); len(got) != 0 || !errors.Is(err, errHeld) || !errors.Is(b.Stopped(), errHeld) {
		t.Errorf("%q, %v; want it held at its end", got, err)
	}
}

// TestBatchTorn: what comes before a stream breaks off, and was not judged, stays.
func TestBatchTorn(t *testing.T) {
	t.Parallel()
	b, pw := batch(t, new(judge))
	go func() {
		_, _ = io.WriteString(pw, "more=2")
		_ = pw.CloseWithError(io.ErrUnexpectedEOF)
	}()
	if got, err := io.ReadAll(b); string(got) != paused || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q, %v; want what was judged, and the end", got, err)
	}
}

// TestBatchClosed: what comes when the request is over is none of it.
func TestBatchClosed(t *testing.T) {
	t.Parallel()
	b, pw := batch(t, new(judge))
	if _, err := io.ReadFull(b, make([]byte, len(paused))); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := b.Read(make([]byte, 64))
		ended <- err
	}()
	waitAwhile()
	_ = b.Close()
	_, _ = io.WriteString(pw, "more=2")
	_ = pw.Close()
	if err := <-ended; !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("read = %v; want none after a close", err)
	}
}

// TestBatchBegins: of what a page streams not even the head leaves before something of the
// body may, and what is held then was not begun. A program's may wait for the answer.
func TestBatchBegins(t *testing.T) {
	t.Parallel()
	const password, noise = "password=Momiji%2B2026", "\x00\x01\x02\x03\x1f"
	for name, c := range map[string]struct {
		page        bool
		early, rest string
		held, sent  bool
		out         string // may leave once it began
	}{
		"a page's, held":            {true, paused, password, true, false, ""},
		"a page's, of nothing yet":  {true, "", password, true, false, ""},
		"a page's, whole":           {true, paused, "second=2", false, false, paused + "second=2"},
		"a page's, no text":         {true, noise, "", false, false, noise},
		"a program's, of nothing":   {false, "", password, false, true, ""},
		"a program's, words before": {false, paused, password, false, true, paused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := new(judge)
				pr, pw := io.Pipe()
				r, b := post(form, pr, -1, 4<<20)
				if c.page {
					r.Header.Set("Sec-Fetch-Site", "same-origin")
				}
				go func() {
					_, _ = io.WriteString(pw, c.early)
					time.Sleep(time.Minute)
					_, _ = io.WriteString(pw, c.rest)
					_ = pw.Close()
				}()
				if whole, err := b.Hold(1 << 20); whole || err != nil {
					t.Fatalf("held: %t, %v; want a pause", whole, err)
				}
				f := guard.Inspect(head(r), b.Early(), false, guard.Hints{})
				began := time.Now()
				err := b.Batch(j, head(r), f.Digest())
				if errors.Is(err, errHeld) != c.held || time.Since(began) > time.Second != (c.page && c.early != noise) {
					t.Errorf("begun after %v, %v", time.Since(began), err)
				}
				got, err := io.ReadAll(b)
				if string(got) != c.out || (c.rest == password) != errors.Is(err, errHeld) {
					t.Errorf("%q left, %v; want %q", got, err, c.out)
				}
				if c.rest == password && (len(j.sent) == 0 || j.sent[len(j.sent)-1] != c.sent) {
					t.Errorf("the judge was told that something had left: %v; want %t", j.sent, c.sent)
				}
				_ = b.Close()
			})
		})
	}
}
