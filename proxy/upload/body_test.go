package upload_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

// waitAwhile is until another goroutine waits as well.
func waitAwhile() { time.Sleep(30 * time.Millisecond) }

// TestMalformed: bytes that are no body are told from a connection that broke and a
// client that left.
func TestMalformed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		left bool
		want bool
	}{
		"no body":            {errors.New("malformed chunked encoding"), false, true},
		"torn off":           {io.ErrUnexpectedEOF, false, false},
		"a broken line":      {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, false, false},
		"a client that left": {errors.New("client disconnected"), true, false},
	} {
		r, b := post(form, iotest.ErrReader(tt.err), -1, 1<<20)
		ctx, leave := context.WithCancel(r.Context())
		*r = *r.WithContext(ctx)
		if tt.left {
			leave()
		}
		if _, err := b.Read(make([]byte, 8)); !errors.Is(err, tt.err) || b.Malformed() != tt.want {
			t.Errorf("%s: %v, malformed %t; want %t", name, err, b.Malformed(), tt.want)
		}
		leave()
	}
}

// TestTrailers: what says where a body ends is no trailer of it.
func TestTrailers(t *testing.T) {
	t.Parallel()
	r, b := post(form, iotest.ErrReader(io.EOF), -1, 1<<20)
	r.Trailer = http.Header{"Content-Length": {"3"}, "Transfer-Encoding": {"chunked"}, "Trailer": {"X"}, "X-Sum": {"9"}}
	if _, err := io.ReadAll(b); err != nil {
		t.Fatal(err)
	}
	if len(r.Trailer) != 1 || r.Trailer.Get("X-Sum") != "9" {
		t.Errorf("trailers = %v; want X-Sum alone", r.Trailer)
	}
}

// TestHoldPatience: what a page streams may pause for longer than what a program does.
func TestHoldPatience(t *testing.T) {
	t.Parallel()
	for _, page := range []bool{false, true} {
		pr, pw := io.Pipe()
		r, b := post(form, pr, -1, 1<<20)
		if page {
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		go func() {
			_, _ = io.WriteString(pw, "a=")
			time.Sleep(600 * time.Millisecond)
			_, _ = io.WriteString(pw, "b")
			_ = pw.Close()
		}()
		if whole, err := b.Hold(1 << 20); whole != page || err != nil {
			t.Errorf("of a page %t: whole %t, %v", page, whole, err)
		}
		if got, err := io.ReadAll(b); string(got) != "a=b" || err != nil {
			t.Errorf("of a page %t: %q, %v; want all", page, got, err)
		}
		_ = b.Close()
	}
}
