package h2

import (
	"bytes"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// drip is a connection that yields a byte at a time.
type drip struct {
	net.Conn
	said      bytes.Buffer
	deadlines []time.Time
}

func (d *drip) Read(p []byte) (int, error) { return d.said.Read(p[:1]) }

func (d *drip) SetReadDeadline(t time.Time) error {
	d.deadlines = append(d.deadlines, t)
	return nil
}

// TestHP18OneDeadline is HP-18: a head has its time from its first byte on, however
// many pieces it comes in.
func TestHP18OneDeadline(t *testing.T) {
	t.Parallel()
	d := &drip{}
	d.said.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&d.said, nil)
	for _, id := range []uint32{1, 3} {
		if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte("some"), EndHeaders: true}); err != nil {
			t.Fatal(err)
		}
	}
	c := &headClock{Conn: d, limit: time.Minute}
	for at := range d.said.Len() {
		if _, err := c.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		if begun := at >= prefaceLength; begun != (len(d.deadlines) > 0) {
			t.Fatalf("behind %d bytes: deadlines %v", at+1, d.deadlines)
		}
	}
	if len(d.deadlines) != 4 || d.deadlines[0].IsZero() || !d.deadlines[1].IsZero() || d.deadlines[2].IsZero() || !d.deadlines[3].IsZero() {
		t.Errorf("deadlines %v; want one, and its end, for each of two heads", d.deadlines)
	}
}
