package guard

import (
	"errors"
	"io"
	"iter"
	"slices"

	"sekisho/guard/coding"
)

// Window is how far a [Stream] may be behind: what a body has in one place is
// found at most Window bytes after it was written, of the decoded body. A
// caller who keeps that much back lets nothing of it out.
const Window = 16 << 10

// overlap is how much of a window is read again with the next, so that a name
// and its value are seen together wherever they lie.
const overlap = 4 << 10

// sniffLength is how much is gathered before codings and format are settled.
// It makes the outcome the same however a body is cut into writes.
const sniffLength = 512

// Stream reads a body of any length in passing, in about 100 KiB of memory and
// whatever its decoders take. It finds what is sent in the clear in forms,
// multipart, JSON, XML and running text, under content codings, UTF-16 or one
// layer of base64; what Inspect does besides needs the body in one piece.
//
// Write takes the body from its first byte, what Inspect was given included,
// since codings and formats have to be followed from there. A Stream is for one
// goroutine, and must be closed.
type Stream struct {
	head   Head
	r      *reader
	sniff  []byte
	begun  bool
	format format

	buf   []byte // decoded, not yet read in full
	fresh int    // bytes of buf that no window had
	any   bool   // a window was read before

	// The decoders run as a coroutine that asks for more when in is used up.
	in        []byte
	taken     int64
	given     int64
	most      int64 // bytes to be decoded, of a body that is waited for; 0 for any number
	eof       bool
	more      func() (struct{}, bool)
	stop      func()
	exhausted bool // nothing more can be decoded

	// plain reads the same bytes as they are, where they look like text and are labelled
	// as of a coding without a mark. Either may be true: brotli skips up to 16 MiB
	// behind an L, and a server may ignore the label.
	plain *Stream
}

// NewStream returns a Stream for the body of the request h.
func NewStream(h Head, x Hints) *Stream {
	// What has to be seen together, or is asked for without an ID, needs the body in one piece.
	x.Follows = false
	r := newReader(x)
	r.scraps.off = true
	return &Stream{head: h, r: r}
}

// Write reads p. It does not keep it, and never fails.
func (s *Stream) Write(p []byte) (int, error) {
	n := len(p)
	if s.eof {
		return n, nil
	}
	if !s.begun {
		k := min(len(p), sniffLength-len(s.sniff))
		s.sniff = append(s.sniff, p[:k]...)
		if p = p[k:]; len(s.sniff) < sniffLength {
			return n, nil
		}
		s.begin()
	}
	s.push(p)
	return n, nil
}

// Finding returns what was found so far. Its values are copies of their own,
// to be wiped apart from those of other calls.
func (s *Stream) Finding() Finding {
	c := *s.r
	c.signs = slices.Clone(c.signs)
	c.passwords, c.knownIDs, c.codes = slices.Clone(c.passwords), slices.Clone(c.knownIDs), slices.Clone(c.codes)
	return c.finding(s.head)
}

// Close ends the body, after which Finding is about all of it, and releases
// the decoders. It returns nil.
func (s *Stream) Close() error {
	if s.eof {
		return nil
	}
	if !s.begun {
		s.begin()
	}
	s.eof = true
	if s.more != nil {
		s.more()
		s.stop()
	}
	if s.fresh > 0 {
		s.read(true)
	}
	s.buf = nil
	if s.plain != nil {
		return s.plain.Close()
	}
	return nil
}

// begin settles codings and hands over what was gathered.
func (s *Stream) begin() {
	s.begun = true
	if chain := s.chain(); len(chain) > 0 {
		s.more, s.stop = iter.Pull(s.decode(chain))
	}
	s.push(s.sniff)
	s.sniff = nil
}

// push hands bytes of the body to the decoders, or to the windows.
func (s *Stream) push(p []byte) {
	switch {
	case s.more == nil:
		s.feed(p)
	case !s.exhausted:
		s.in = p
		s.more()
		s.in = nil
	}
	if s.plain != nil {
		s.plain.feed(p)
	}
}

var errStopped = errors.New("stream closed")

// source is what the decoders read from.
type source struct {
	s    *Stream
	wait func(struct{}) bool
}

func (f source) Read(p []byte) (int, error) {
	for len(f.s.in) == 0 {
		if f.s.eof {
			return 0, io.EOF
		}
		if !f.wait(struct{}{}) {
			return 0, errStopped
		}
	}
	n := copy(p, f.s.in)
	f.s.in = f.s.in[n:]
	f.s.taken += int64(n)
	return n, nil
}

// decode returns the coroutine of the decoders.
func (s *Stream) decode(chain []coding.Opener) iter.Seq[struct{}] {
	return func(wait func(struct{}) bool) {
		defer func() { s.exhausted = true }()
		var from io.Reader = source{s, wait}
		for _, open := range chain {
			next, err := open(from)
			if err != nil {
				s.r.undecoded = true
				return
			}
			if c, ok := next.(io.Closer); ok {
				defer func() { _ = c.Close() }()
			}
			from = next
		}
		chunk := make([]byte, 4<<10)
		for {
			n, err := from.Read(chunk)
			s.given += int64(n)
			s.feed(chunk[:n])
			switch {
			case coding.Bomb(s.given, s.taken), s.most > 0 && s.given > s.most:
				s.r.undecoded, s.r.bomb = true, true
				return
			case err != nil && s.plain != nil && s.given == 0: // the label lied
				return
			case err != nil:
				s.r.undecoded = s.r.undecoded || err != io.EOF && !errors.Is(err, errStopped) && !errors.Is(err, io.ErrUnexpectedEOF)
				return
			}
		}
	}
}

// feed fills windows and reads each when it is full, at places that depend on
// the body alone.
func (s *Stream) feed(p []byte) {
	for len(p) > 0 {
		if s.buf == nil {
			s.buf = make([]byte, 0, Window+overlap)
		}
		k := min(len(p), Window-s.fresh)
		s.buf = append(s.buf, p[:k]...)
		p = p[k:]
		if s.fresh += k; s.fresh == Window {
			s.read(false)
			keep := copy(s.buf, s.buf[max(0, len(s.buf)-overlap):])
			s.buf, s.fresh = s.buf[:keep], 0
		}
	}
}
