// Package coding undoes the content codings of what a site sends, as it comes: gzip, br,
// zstd and deflate, as browsers do.
//
// A bomb costs the time of the bytes that are asked for and no room: nothing that comes
// out is kept, and windows are bounded. No goroutine runs beside the caller.
package coding

import (
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxCodings and maxWide are how many content codings a response may have, and
// how many of them with a window of megabytes. Servers that compress twice by
// mistake exist. More is an attempt to wear a reader out, but browsers undo it.
const (
	maxCodings = 8
	maxWide    = 2
)

// maxWindow is the window of zstd that browsers accept (RFC 9659, section 3).
const maxWindow = 8 << 20

// List reads Content-Encoding, outermost first. With one that nobody knows,
// such as "none" or "utf-8", browsers undo nothing and show the body as it comes;
// so list is empty then. ok is false when there are too many: the body stays unread.
func List(values []string) (list []string, ok bool) {
	wide := 0
	for _, v := range values {
		for c := range strings.SplitSeq(v, ",") {
			switch c = strings.ToLower(strings.TrimSpace(c)); c {
			case "", "identity":
				continue
			case "gzip", "x-gzip", "deflate":
			case "br", "zstd":
				wide++
			default:
				return nil, true
			}
			if list = append(list, c); len(list) > maxCodings || wide > maxWide {
				return nil, false
			}
		}
	}
	slices.Reverse(list)
	return list, true
}

// Inflater undoes content codings of bytes that are pushed into it. The
// decoders pull, so they run as a coroutine (iter.Pull): it runs only inside
// of Write and Close, never beside them, and Close or Abandon ends it.
type Inflater struct {
	in    []byte
	ended bool
	next  func() (struct{}, bool)
	stop  func()
	done  bool
}

// NewInflater calls sink with what comes out until sink returns false. Each
// stage puts out most bytes at the most.
func NewInflater(codings []string, most int64, sink func([]byte) bool) *Inflater {
	f := &Inflater{}
	f.next, f.stop = iter.Pull(func(yield func(struct{}) bool) {
		f.inflate(codings, most, sink, &feed{from: f, wait: func() bool { return yield(struct{}{}) }})
	})
	return f
}

// Write takes the next bytes and returns when all of them are used up.
func (f *Inflater) Write(p []byte) {
	if f.done {
		return
	}
	f.in = p
	_, more := f.next()
	f.in, f.done = nil, !more
}

// Close lets the decoders see the end and ends the coroutine.
func (f *Inflater) Close() {
	f.ended = true
	if !f.done {
		f.next()
	}
	f.Abandon()
}

// Abandon ends the coroutine where it is.
func (f *Inflater) Abandon() {
	f.done = true
	f.stop()
}

func (f *Inflater) inflate(codings []string, most int64, sink func([]byte) bool, from *feed) {
	in := &intake{from: from, waits: from.idle}
	for _, c := range codings {
		out, end, err := decoder(c, in)
		if err != nil {
			return
		}
		defer end()
		in = &intake{from: io.LimitReader(out, most)}
		if d, ok := out.(interface{ idle() bool }); ok {
			in.waits = d.idle
		}
	}
	for buf := make([]byte, 16<<10); ; {
		n, err := in.from.Read(buf)
		if n > 0 && !sink(buf[:n]) || err != nil {
			return
		}
	}
}

// decoder begins to undo one coding. What a broken body gave until it broke
// is judged, as browsers show it.
func decoder(coding string, in *intake) (io.Reader, func(), error) {
	none := func() {}
	switch coding {
	case "gzip", "x-gzip":
		return &gunzipped{deflated: deflated{in: in}}, none, nil
	case "br":
		return brotli.NewReader(sips{in}), none, nil
	case "zstd":
		r, err := zstd.NewReader(&unblocked{in: in}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(2*maxWindow))
		if err != nil {
			return nil, none, err
		}
		return r, r.Close, nil
	}
	return newUnlabelled(in), none, nil
}

// sips hands out a little at a time. When a body breaks, this decoder gives up
// all that came of what it read last, and a browser may have shown it.
type sips struct{ from io.Reader }

func (s sips) Read(p []byte) (int, error) { return s.from.Read(p[:min(len(p), 64)]) }

// feed is the reader of what is pushed.
type feed struct {
	from *Inflater
	wait func() bool // gives control back until there is more; false: to be abandoned
	dead bool
}

// idle reports whether Read may wait.
func (f *feed) idle() bool { return len(f.from.in) == 0 }

func (f *feed) Read(p []byte) (int, error) {
	for f.idle() {
		if f.from.ended || f.dead {
			return 0, io.EOF
		}
		if !f.wait() {
			f.dead = true
		}
	}
	n := copy(p, f.from.in)
	f.from.in = f.from.in[n:]
	return n, nil
}
