package ahead_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"sekisho/proxy/ahead"
)

// TestNext: who stops waiting loses nothing, and whoever reads afterwards has it first.
func TestNext(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	a := ahead.New(r, 4)
	if p, err, ok := a.Next(time.Millisecond); ok {
		t.Fatalf("%q, %v came of nothing", p, err)
	}
	go func() {
		_, _ = io.WriteString(w, "abcdefgh")
		_ = w.Close()
	}()
	p, err, ok := a.Next(time.Minute) // of the read that was under way
	if string(p) != "abcd" || err != nil || !ok {
		t.Fatalf("next = %q, %v, %t; want the first four", p, err, ok)
	}
	a.Back(p[2:], nil)
	if !a.Waits() {
		t.Error("nothing waits of what was put back")
	}
	if rest, err := io.ReadAll(a); string(rest) != "cdefgh" || err != nil {
		t.Errorf("rest = %q, %v; want all from what was put back", rest, err)
	}
}

// TestNextEnd: an end that was put back ends the next one, and reads.
func TestNextEnd(t *testing.T) {
	t.Parallel()
	torn := errors.New("torn")
	r, w := io.Pipe()
	_ = w.CloseWithError(torn)
	a := ahead.New(r, 4)
	_, err, ok := a.Next(time.Minute)
	if !errors.Is(err, torn) || !ok {
		t.Fatalf("next = %v, %t; want the end", err, ok)
	}
	a.Back(nil, err)
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, torn) {
		t.Errorf("read = %v; want the end", err)
	}
}

// TestReadUnderWay: what a read brings that nobody waited for comes before what is read
// next, and nothing of what was taken stays.
func TestReadUnderWay(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	a := ahead.New(r, 4)
	if p, err, ok := a.Next(time.Millisecond); ok {
		t.Fatalf("%q, %v came of nothing", p, err)
	}
	go func() {
		_, _ = io.WriteString(w, "abcdefgh")
		_ = w.Close()
	}()
	if all, err := io.ReadAll(a); string(all) != "abcdefgh" || err != nil {
		t.Errorf("read = %q, %v; want all", all, err)
	}
	put := []byte("secret")
	a.Back(put, io.EOF)
	if n, err := a.Read(make([]byte, 8)); n != len(put) || err != nil || string(put) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("read = %d, %v, and %q stays; want it wiped", n, err, put)
	}
}
