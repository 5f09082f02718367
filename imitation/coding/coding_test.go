package coding

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
)

// TestMain holds every test to leave no coroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestList: what browsers undo is undone, and where they undo nothing nothing is.
func TestList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values []string
		want   []string
		ok     bool
	}{
		{nil, nil, true},
		{[]string{"gzip, br", "X-GZIP"}, []string{"x-gzip", "br", "gzip"}, true},
		{[]string{"identity"}, nil, true},
		{[]string{"gzip, utf-8"}, nil, true},
		{[]string{"gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip"}, nil, false},
		{[]string{"br, br, zstd"}, nil, false},
	} {
		got, ok := List(tt.values)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
			t.Errorf("List(%q): %t; want %t (-want +got):\n%s", tt.values, ok, tt.ok, diff)
		}
	}
}

// packed is p in one coding.
func packed(t testing.TB, coding string, p []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, err = flate.NewWriter(&b, flate.DefaultCompression)
	default:
		t.Fatalf("no coding %q", coding)
	}
	if err == nil {
		_, err = w.Write(p)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestInflate: each coding is undone, in whatever pieces it comes, up to the bound.
func TestInflate(t *testing.T) {
	t.Parallel()
	text := bytes.Repeat([]byte("lamps and cups, "), 4000)
	for _, how := range []string{"gzip", "br", "zstd", "deflate", "raw"} {
		label := how
		if how == "raw" {
			label = "deflate"
		}
		for _, most := range []int{len(text), 100} {
			for _, piece := range []int{1, 1000} {
				var got []byte
				f := NewInflater([]string{label}, int64(most), func(p []byte) bool { got = append(got, p...); return true })
				for in := packed(t, how, text); len(in) > 0; in = in[min(piece, len(in)):] {
					f.Write(in[:min(piece, len(in))])
				}
				f.Close()
				if !bytes.Equal(got, text[:most]) {
					t.Errorf("%s in pieces of %d: %d bytes; want %d", how, piece, len(got), most)
				}
			}
		}
	}
}

// TestBombInside: what the inner of two codings reads is bounded too. Here the
// inner one is nothing but empty gzip members, which come to no byte at all.
func TestBombInside(t *testing.T) {
	t.Parallel()
	const most = 4 << 20
	member := packed(t, "gzip", nil)
	f := NewInflater([]string{"gzip", "gzip"}, most, func([]byte) bool { return true })
	f.Write(packed(t, "gzip", bytes.Repeat(member, 2*most/len(member))))
	if !f.done {
		t.Error("the decoders read on")
	}
	f.Abandon()
}
