package websocket

import (
	"bytes"
	"compress/flate"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFrame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   []byte
		want Header
		n    int
		bad  bool
	}{
		{name: "nothing"},
		{name: "half", in: []byte{0x81}},
		{name: "text", in: []byte{0x81, 0x05, 'h'}, want: Header{Fin: true, Opcode: OpText, Length: 5}, n: 2},
		{name: "masked", in: []byte{0x82, 0x81, 1, 2, 3, 4, 9}, want: Header{Fin: true, Opcode: OpBinary, Masked: true, mask: [4]byte{1, 2, 3, 4}, Length: 1}, n: 6},
		{name: "half a mask", in: []byte{0x82, 0x81, 1, 2, 3}},
		{name: "16 bits", in: []byte{0x01, 126, 1, 0}, want: Header{Opcode: OpText, Length: 256}, n: 4},
		{name: "64 bits", in: []byte{0xc1, 127, 0, 0, 0, 0, 0, 1, 0, 0}, want: Header{Fin: true, RSV1: true, Opcode: OpText, Length: 1 << 16}, n: 10},
		{name: "negative", in: []byte{0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}, bad: true},
		{name: "RSV2", in: []byte{0xa1, 0}, bad: true},
		{name: "RSV3", in: []byte{0x91, 0}, bad: true},
		{name: "unknown", in: []byte{0x83, 0}, bad: true},
		{name: "unknown control", in: []byte{0x8b, 0}, bad: true},
		{name: "long ping", in: []byte{0x89, 126, 1, 0}, bad: true},
		{name: "fragment of a ping", in: []byte{0x09, 0}, bad: true},
		{name: "compressed ping", in: []byte{0xc9, 0}, bad: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, n, err := ParseFrame(tt.in)
			if n != tt.n || errors.Is(err, ErrFrame) != tt.bad {
				t.Fatalf("ParseFrame = %d, %v; want %d, malformed %t", n, err, tt.n, tt.bad)
			}
			if n > 0 {
				if diff := cmp.Diff(tt.want, h, cmp.AllowUnexported(Header{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// FuzzParseFrame: a header is read whole or not at all, and no byte of it twice.
func FuzzParseFrame(f *testing.F) {
	f.Add([]byte{0x81, 0xfe, 1, 0, 1, 2, 3, 4})
	f.Add([]byte{0xc2, 127, 0, 0, 0, 0, 0, 1, 0, 0})
	f.Fuzz(func(t *testing.T, in []byte) {
		h, n, err := ParseFrame(in)
		if err != nil {
			return
		}
		if n > 0 && (n > len(in) || n > maxFrameHeader || h.Length < 0 || h.Control() && h.Length > 125) {
			t.Fatalf("ParseFrame(%x) = %+v, %d", in, h, n)
		}
		for i := range n { // no shorter beginning is a header
			if _, short, err := ParseFrame(in[:i]); short != 0 || err != nil && i < 2 {
				t.Errorf("ParseFrame(%x) = %d, %v", in[:i], short, err)
			}
		}
	})
}

// TestBoundary: frames of ours fit between those of a site, and nowhere else.
func TestBoundary(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n"
	stream := head + "\x81\x05hello" + "\x89\x00" + "\x82\x7e\x01\x00" + string(make([]byte, 256))
	ends := map[int]bool{len(head): true, len(head) + 7: true, len(head) + 9: true, len(stream): true}
	for _, step := range []int{1, 3, 1000} {
		var b Boundary
		for i := 0; i < len(stream); i += step {
			end := min(i+step, len(stream))
			b.Pass([]byte(stream[i:end]))
			if got := b.Between(); got != ends[end] {
				t.Errorf("by %d, at %d: between frames = %t; want %t", step, end, got, ends[end])
			}
		}
	}
}

// deflated is what a sender of permessage-deflate makes of messages, with one
// window over all of them.
func deflated(t testing.TB, messages ...string) [][]byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, m := range messages {
		b.Reset()
		if _, err := w.Write([]byte(m)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		out = append(out, bytes.TrimSuffix(bytes.Clone(b.Bytes()), SyncTail))
	}
	return out
}

func TestInflater(t *testing.T) {
	t.Parallel()
	messages := []string{"hello", "", "hello hello", string(bytes.Repeat([]byte("much "), 50_000)), "hello"}
	for _, step := range []int{1, 7, 1 << 20} {
		in := NewInflater()
		for i, p := range deflated(t, messages...) {
			var got []byte
			use := func(out []byte) bool { got = append(got, out...); return true }
			p = append(p, SyncTail...)
			for j := 0; j < len(p); j += step {
				if err := in.Write(p[j:min(j+step, len(p))], use); err != nil {
					t.Fatal(err)
				}
			}
			if string(got) != messages[i] {
				t.Errorf("by %d, message %d = %d bytes; want %d", step, i, len(got), len(messages[i]))
			}
		}
		in.Close()
	}
}

// TestInflaterFinalBlock: a message that ends its stream (RFC 7692, section
// 7.2.3.4) is followed by one that refers to it.
func TestInflaterFinalBlock(t *testing.T) {
	t.Parallel()
	const one = "the quick brown fox jumps over the lazy dog"
	var first, second bytes.Buffer
	w, _ := flate.NewWriter(&first, flate.BestCompression)
	_, _ = w.Write([]byte(one))
	_ = w.Close()
	w, _ = flate.NewWriterDict(&second, flate.BestCompression, []byte(one))
	_, _ = w.Write([]byte(one))
	_ = w.Flush()
	in := NewInflater()
	defer in.Close()
	var got []byte
	use := func(out []byte) bool { got = append(got, out...); return true }
	for _, p := range [][]byte{append(first.Bytes(), 0), SyncTail, second.Bytes()} {
		if err := in.Write(p, use); err != nil {
			t.Fatal(err)
		}
	}
	if string(got) != one+one {
		t.Errorf("got %q; want the sentence twice", got)
	}
	if err := in.Write([]byte{0xff, 0xff, 0xff}, use); !errors.Is(err, ErrDeflate) {
		t.Errorf("junk: %v; want ErrDeflate", err)
	}
}
