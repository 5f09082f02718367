package coding

import (
	"bytes"
	stdflate "compress/flate"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// undone is what comes out of pieces of in, before and after its end.
func undone(codings []string, in []byte, piece int) (before, after []byte) {
	var got []byte
	f := NewInflater(codings, 16<<20, func(p []byte) bool { got = append(got, p...); return true })
	for ; len(in) > 0; in = in[min(piece, len(in)):] {
		f.Write(in[:min(piece, len(in))])
	}
	before = bytes.Clone(got)
	f.Close()
	return before, got
}

// page is a text like a page's: some of it repeats, and it has no end in sight.
func page(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("lamp cup <div class=\"row\"> </div> shop sign-in \x00 とうふ 塩 <input name=q> the of and 1984 ;")
	var b bytes.Buffer
	for b.Len() < n {
		b.WriteString(words[r.IntN(len(words))])
		b.WriteByte(byte(r.IntN(64)))
	}
	return b.Bytes()[:n]
}

// TestEager: what browsers can show of a body whose end does not come is read, with
// every coding, two of them and any size of pieces. A server that let the last bytes
// of a block wait would otherwise show a page that nobody has read.
func TestEager(t *testing.T) {
	t.Parallel()
	text := page(20000)
	raw := zstdRaw(text)
	for name, tt := range map[string]struct {
		codings []string
		body    []byte
	}{
		"gzip":         {[]string{"gzip"}, packed(t, "gzip", text)},
		"zlib":         {[]string{"deflate"}, packed(t, "deflate", text)},
		"raw deflate":  {[]string{"deflate"}, packed(t, "raw", text)},
		"stored":       {[]string{"deflate"}, stored(text)},
		"br":           {[]string{"br"}, packed(t, "br", text)},
		"zstd, raw":    {[]string{"zstd"}, raw},
		"gzip of gzip": {[]string{"gzip", "gzip"}, packed(t, "gzip", packed(t, "gzip", text))},
		"zstd of gzip": {[]string{"zstd", "gzip"}, zstdRaw(packed(t, "gzip", text))},
		"gzip of zstd": {[]string{"gzip", "zstd"}, packed(t, "gzip", raw)},
		"gzip of br":   {[]string{"gzip", "br"}, packed(t, "gzip", packed(t, "br", text))},
	} {
		for _, piece := range []int{1, 100, 1 << 20} {
			// Fifty bytes stand for a few hundred of text at the most.
			before, _ := undone(tt.codings, tt.body[:len(tt.body)-50], piece)
			if !bytes.HasPrefix(text, before) || len(before) < len(text)-400 {
				t.Errorf("%s in pieces of %d: %d of %d bytes were read", name, piece, len(before), len(text))
			}
			if _, after := undone(tt.codings, tt.body, piece); !bytes.Equal(after, text) {
				t.Errorf("%s in pieces of %d: %d bytes in the end; want %d", name, piece, len(after), len(text))
			}
		}
	}
}

// stored is one block of DEFLATE as it is, and an empty last one.
func stored(p []byte) []byte {
	n := len(p)
	out := append([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)}, p...)
	return append(out, 1, 0, 0, 0xff, 0xff)
}

// zstdRaw is a frame with one raw block, behind a frame to be skipped.
func zstdRaw(p []byte) []byte {
	n := len(p)
	out := []byte{0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'h', 'i', 0x28, 0xb5, 0x2f, 0xfd, 0, 0x60}
	out = append(out, byte(n<<3|1), byte(n>>5), byte(n>>13))
	return append(out, p...)
}

// TestGzipHead: what a head has besides is read over; members follow one another, and
// what follows and is none ends the body.
func TestGzipHead(t *testing.T) {
	t.Parallel()
	plain := packed(t, "gzip", []byte("cups"))
	all := append([]byte{0x1f, 0x8b, 8, headExtra | headName | headComment | headSum, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'x', 'n', 0, 'c', 0, 1, 2}, plain[10:]...)
	for name, tt := range map[string]struct {
		in   []byte
		want string
	}{
		"fields":         {all, "cups"},
		"two":            {append(bytes.Clone(all), plain...), "cupscups"},
		"garbage behind": {append(bytes.Clone(plain), "no gzip at all"...), "cups"},
		"broken head":    {append([]byte{0x1f, 0x8b, 9}, plain[3:]...), ""},
		"cut":            {all[:8], ""},
	} {
		if _, got := undone([]string{"gzip"}, tt.in, 3); string(got) != tt.want {
			t.Errorf("%s: %q; want %q", name, got, tt.want)
		}
	}
}

// TestDeflateBegins: a stored block may begin like zlib. Chromium reads it as what it
// is once zlib breaks.
func TestDeflateBegins(t *testing.T) {
	t.Parallel()
	text := page(0x079c)
	body := stored(text)
	body[0] = 0x78 // a stored block, and with the length 0x9c the head of zlib
	if body[1] != 0x9c || (int(body[0])<<8|int(body[1]))%31 != 0 {
		t.Fatalf("% x does not begin like zlib", body[:5])
	}
	for _, piece := range []int{1, 100, 1 << 20} {
		if _, got := undone([]string{"deflate"}, body, piece); !bytes.Equal(got, text) {
			t.Errorf("in pieces of %d: %d bytes; want %d", piece, len(got), len(text))
		}
	}
}

// TestLevels: whatever a compressor does with a text is undone.
func TestLevels(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 100_000)
	for i, r := 0, rand.New(rand.NewPCG(3, 4)); i < len(noise); i++ {
		noise[i] = byte(r.IntN(256))
	}
	for _, text := range [][]byte{nil, []byte("a"), page(300_000), noise, bytes.Repeat([]byte{0}, 200_000), append(page(70_000), noise...)} {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(text[:len(text)/2])
			_ = w.Flush()
			_, _ = w.Write(text[len(text)/2:])
			_ = w.Close()
			d := &deflated{in: &intake{from: bytes.NewReader(b.Bytes())}}
			if got, err := io.ReadAll(d); err != nil || !bytes.Equal(got, text) {
				t.Errorf("level %d: %d of %d bytes, %v", level, len(got), len(text), err)
			}
		}
	}
}

// FuzzDeflate compares with the standard library, and what is read in one piece with
// what is read byte by byte.
func FuzzDeflate(f *testing.F) {
	for _, p := range []string{"", "03 00", "4b 4c 4a 06 00", "05 e0 81 08 00 00 00 00 20 7f eb 0b 00 00", "01 00 00 ff ff", "ed cf"} {
		in, err := hex.DecodeString(strings.ReplaceAll(p, " ", ""))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(in)
	}
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	_, _ = w.Write(page(3000))
	_ = w.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		const most = 1 << 20
		want, wantErr := io.ReadAll(io.LimitReader(stdflate.NewReader(bytes.NewReader(in)), most))
		got, err := io.ReadAll(io.LimitReader(&deflated{in: &intake{from: bytes.NewReader(in)}}, most))
		switch {
		case wantErr == nil && (err != nil || !bytes.Equal(got, want)):
			t.Fatalf("%d bytes, %v; want %d", len(got), err, len(want))
		case !bytes.HasPrefix(got, want) && !bytes.HasPrefix(want, got):
			t.Fatal("another text than the standard library's")
		case len(got) < len(want) && wantErr == io.ErrUnexpectedEOF:
			t.Fatalf("%d bytes of a body that was cut; want %d", len(got), len(want))
		}
		one, _ := io.ReadAll(io.LimitReader(&deflated{in: &intake{from: &oneByte{in}, waits: func() bool { return true }}}, most))
		if !bytes.Equal(one, got) {
			t.Fatalf("%d bytes one by one; want %d", len(one), len(got))
		}
	})
}

// FuzzInflate looks for what breaks the decoders.
func FuzzInflate(f *testing.F) {
	f.Add(uint8(0), zstdRaw([]byte("cups")))
	f.Add(uint8(1), stored([]byte("cups")))
	f.Fuzz(func(_ *testing.T, how uint8, in []byte) {
		undone([]string{"zstd", "deflate", "gzip", "br"}[how%4:how%4+1], in, 1+len(in)/3)
	})
}

type oneByte struct{ p []byte }

func (o *oneByte) Read(p []byte) (int, error) {
	if len(o.p) == 0 {
		return 0, io.EOF
	}
	p[0], o.p = o.p[0], o.p[1:]
	return 1, nil
}

// TestZstdFrames: frames of every form pass, one after the other.
func TestZstdFrames(t *testing.T) {
	t.Parallel()
	text := page(300_000)
	var b bytes.Buffer
	for _, o := range [][]zstd.EOption{
		{zstd.WithEncoderCRC(true)},
		{zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true)},
		{zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(1 << 20)},
	} {
		w, err := zstd.NewWriter(nil, o...)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(w.EncodeAll(text, nil))
		b.Write(w.EncodeAll([]byte("x"), nil))
	}
	want := bytes.Repeat(append(bytes.Clone(text), 'x'), 3)
	for _, piece := range []int{1, 1000, 1 << 20} {
		if _, got := undone([]string{"zstd"}, b.Bytes(), piece); !bytes.Equal(got, want) {
			t.Errorf("in pieces of %d: %d bytes; want %d", piece, len(got), len(want))
		}
	}
}

func BenchmarkInflate(b *testing.B) {
	text := page(100_000)
	for _, how := range []string{"gzip", "br", "zstd"} {
		body := packed(b, how, text)
		b.Run(how, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				f := NewInflater([]string{how}, 16<<20, func([]byte) bool { return true })
				f.Write(body)
				f.Close()
			}
		})
	}
}
