package h2

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2"
)

// TestFrames: a head is under way from its first byte to the end of the frame that says
// so, and any frame until it is clear what it is, however the bytes are cut.
func TestFrames(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	said.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&said, nil)
	type span struct{ begin, end int } // bytes
	var want []span

	frame := func(write func() error) {
		begin := said.Len()
		if err := write(); err != nil {
			t.Fatal(err)
		}
		want = append(want, span{begin, begin + frameHead})
	}
	head := func(writes ...func() error) {
		begin := said.Len()
		for _, write := range writes {
			if err := write(); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, span{begin, said.Len()})
	}
	frame(func() error { return framer.WriteSettings() })
	head(func() error {
		return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte("some"), EndHeaders: true})
	})
	frame(func() error { return framer.WriteData(1, false, []byte("\x00\x00\x04\x01\x00\x00\x00\x00\x01body")) })
	head(
		func() error {
			return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: []byte("torn")})
		},
		func() error { return framer.WriteContinuation(3, false, []byte("on")) },
		func() error { return framer.WriteContinuation(3, true, nil) },
	)
	frame(func() error { return framer.WritePing(false, [8]byte{}) })
	for step := 1; step <= said.Len(); step++ {
		var f frames
		for at := 0; at < said.Len(); at += step {
			end := min(at+step, said.Len())
			f.feed(said.Bytes()[at:end])
			underWay := false
			for _, s := range want {
				underWay = underWay || s.begin < end && end < s.end
			}
			if f.underWay() != underWay {
				t.Fatalf("by %d: behind %d bytes something is under way: %t; want %t", step, end, f.underWay(), underWay)
			}
		}
		if f.begun != uint64(len(want)) {
			t.Fatalf("by %d: %d have begun; want %d", step, f.begun, len(want))
		}
	}
}
