package h2

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2"
)

// TestFrames: a head is under way from the end of its first frame's own head to the end
// of the frame that says so, however the bytes are cut.
func TestFrames(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	said.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&said, nil)
	type change struct {
		at     int // behind so many bytes
		inHead bool
	}
	var want []change
	head := func(whole bool, write func() error) {
		begin := said.Len()
		if err := write(); err != nil {
			t.Fatal(err)
		}
		want = append(want, change{begin + 9, true})
		if whole {
			want = append(want, change{said.Len(), false})
		}
	}
	if err := framer.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	head(true, func() error {
		return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte("some"), EndHeaders: true})
	})
	if err := framer.WriteData(1, false, []byte("\x00\x00\x04\x01\x00\x00\x00\x00\x01body")); err != nil {
		t.Fatal(err)
	}
	head(false, func() error {
		return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: []byte("torn")})
	})
	if err := framer.WriteContinuation(3, false, []byte("on")); err != nil {
		t.Fatal(err)
	}
	if err := framer.WriteContinuation(3, true, nil); err != nil {
		t.Fatal(err)
	}
	want = append(want, change{said.Len(), false})
	if err := framer.WritePing(false, [8]byte{}); err != nil {
		t.Fatal(err)
	}
	for step := 1; step <= said.Len(); step++ {
		var f frames
		for at := 0; at < said.Len(); at += step {
			end := min(at+step, said.Len())
			f.feed(said.Bytes()[at:end])
			inHead := false
			for _, c := range want {
				if c.at <= end {
					inHead = c.inHead
				}
			}
			if f.inHead != inHead {
				t.Fatalf("by %d: behind %d bytes a head is under way: %t; want %t", step, end, f.inHead, inHead)
			}
		}
		if f.heads != 2 {
			t.Fatalf("by %d: %d heads; want 2", step, f.heads)
		}
	}
}
