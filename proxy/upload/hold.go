package upload

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"sekisho/proxy/ahead"
	"sekisho/proxy/budget"
)

const (
	// Stall is how long a body that is read to be judged may bring
	// nothing, when its length is known: its end will come.
	Stall = 60 * time.Second
	// streamStall is as much for one of unknown length, which may be one half of
	// a conversation whose other half is the answer. What is there by then is
	// judged, and the rest as it passes. It is longer than a packet that was lost
	// on the client's own network takes to come again.
	streamStall = 250 * time.Millisecond
	// pageStall is as much for what a page streams. There the answer does not
	// begin before the request has ended (Fetch, "duplex"), so that only a live
	// upload waits.
	pageStall = 2 * time.Second
	// pieceSize is how much is read at a time.
	pieceSize = 32 << 10
)

// Hold reads at most limit bytes of the body, and reports whether that is all
// of it. Read gives them out afterwards, in any case.
func (b *Body) Hold(limit int) (whole bool, err error) {
	if b.r.ContentLength < 0 {
		return b.holdStream(limit)
	}
	control := http.NewResponseController(b.w)
	defer func() {
		if !errors.Is(err, os.ErrDeadlineExceeded) { // else net/http would wait for the rest without one
			_ = control.SetReadDeadline(time.Time{})
		}
	}()
	want := int(min(b.r.ContentLength, int64(limit)))
	for len(b.early.B) < want {
		have, step := len(b.early.B), min(pieceSize, want-len(b.early.B))
		if !b.early.Room(step) {
			return false, budget.ErrNoRoom
		}
		_ = control.SetReadDeadline(time.Now().Add(b.stall))
		n, err := b.ReadCloser.Read(b.early.B[have : have+step])
		b.early.B = b.early.B[:have+n]
		b.ended(err)
		switch {
		case errors.Is(err, io.EOF): // net/http tells of one that is short otherwise
			return true, nil
		case err != nil:
			return false, err
		}
	}
	return int64(want) == b.r.ContentLength, nil
}

// holdStream is Hold for a body of unknown length.
func (b *Body) holdStream(limit int) (whole bool, err error) {
	b.ahead = ahead.New(b.ReadCloser, pieceSize)
	stall := streamStall
	if madeByPage(b.r) {
		stall = pageStall
	}
	for len(b.early.B) < limit {
		p, err, ok := b.ahead.Next(stall)
		if !ok {
			return false, nil
		}
		if !b.early.Room(len(p)) {
			b.ahead.Back(p, err)
			return false, budget.ErrNoRoom
		}
		b.early.B = append(b.early.B, p...)
		clear(p)
		b.ended(err)
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		}
	}
	return false, nil
}

// next is read for whoever does not wait longer than d, which can be told of a
// body of unknown length alone. It reports false when nothing came in time.
func (b *Body) next(p []byte, d time.Duration) (n int, err error, ok bool) {
	if b.ahead == nil || d == 0 || b.end != nil || b.ahead.Waits() {
		n, err = b.read(p)
		return n, err, true
	}
	got, err, ok := b.ahead.Next(d)
	if !ok {
		return 0, nil, false
	}
	n = copy(p, got)
	b.ahead.Back(got[n:], err)
	if len(got) > n || err == nil {
		return n, nil, true
	}
	b.ended(err)
	return n, err, true
}
