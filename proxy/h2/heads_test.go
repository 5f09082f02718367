package h2

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// client is what a client says, head by head.
type client struct {
	said   bytes.Buffer
	framer *http2.Framer
	block  bytes.Buffer
	enc    *hpack.Encoder
	stream uint32
}

func newClient() *client {
	c := &client{}
	c.said.WriteString(http2.ClientPreface)
	c.framer = http2.NewFramer(&c.said, nil)
	c.enc = hpack.NewEncoder(&c.block)
	return c
}

// ask says a head for path in pieces.
func (c *client) ask(path string, sensitive bool, pieces int, p http2.HeadersFrameParam) {
	c.block.Reset()
	c.stream += 2
	for _, f := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":path", Value: path, Sensitive: sensitive}, {Name: "x-behind", Value: path}, {Name: "x-again", Value: path}} {
		_ = c.enc.WriteField(f)
	}
	block := c.block.Bytes()
	n := len(block) / pieces
	p.StreamID, p.BlockFragment, p.EndHeaders, p.EndStream = c.stream-1, block[:n], pieces == 1, true
	if pieces == 1 {
		p.BlockFragment = block
	}
	_ = c.framer.WriteHeaders(p)
	for i := 1; i < pieces; i++ {
		end := (i + 1) * n
		if i == pieces-1 {
			end = len(block)
		}
		_ = c.framer.WriteContinuation(c.stream-1, i == pieces-1, block[i*n:end])
	}
}

// pieces is a connection that yields what was said by so many bytes.
type pieces struct {
	net.Conn
	said []byte
	step int
}

func (c *pieces) Read(p []byte) (int, error) {
	if len(c.said) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.said[:min(c.step, len(c.said))])
	c.said = c.said[n:]
	return n, nil
}

func (c *pieces) SetReadDeadline(time.Time) error { return nil }

// heard is what a server reads of said, that gets it by step bytes.
func heard(said []byte, step int) []byte {
	out, _ := io.ReadAll(NewConn(&pieces{said: said, step: step}, time.Minute))
	return out
}

// TestPaths: of a client's heads those are respelled that have an odd path, however it was
// written, and the tables of client and server go on alike.
func TestPaths(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("long%", 200)
	odd, unlike := http2.HeadersFrameParam{}, http2.HeadersFrameParam{PadLength: 7, Priority: http2.PriorityParam{StreamDep: 1, Weight: 9}}
	c := newClient()
	_ = c.framer.WriteSettings()
	var want []string
	for i, path := range []string{"/", "/100%", "/100%", "/fine%20", "/100%", long, "/a#b", "/a#b", long, "/%25", "/?%"} {
		for _, p := range []http2.HeadersFrameParam{odd, unlike} {
			c.ask(path, i%3 == 2, 1+i%3, p)
			want = append(want, path)
			_ = c.framer.WriteData(c.stream-1, true, []byte("\x00\x00\x04\x01\x00\x00\x00\x00\x01body"))
		}
	}
	hides := strings.NewReplacer("/100%", "/100#", long, strings.ReplaceAll(long, "%", "#"), "#", " ")
	for step := 1; step < 400; step += 1 + step/8 {
		got := bytes.NewBuffer(heard(c.said.Bytes(), step)[prefaceLength:])
		framer := http2.NewFramer(nil, got)
		framer.ReadMetaHeaders = hpack.NewDecoder(tableSize, nil)
		n := 0
		for {
			f, err := framer.ReadFrame()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("by %d: %v", step, err)
				}
				break
			}
			if m, ok := f.(*http2.MetaHeadersFrame); ok {
				fields := fmt.Sprint(m.Fields)
				path := m.PseudoValue("path")
				if path != hides.Replace(want[n]) || strings.Count(fields, want[n]) < 2 || len(m.Fields) != 4 || !m.StreamEnded() {
					t.Fatalf("by %d: %q became %q among %s", step, want[n], path, fields)
				}
				if m.HasPriority() != (n%2 == 1) || m.HasPriority() && m.Priority.Weight != 9 {
					t.Fatalf("by %d: priority %v", step, m.Priority)
				}
				n++
			}
		}
		if n != len(want) || got.Len() > 0 {
			t.Fatalf("by %d: %d heads, %d bytes left; want %d", step, n, got.Len(), len(want))
		}
	}
}

// TestPassed: what needs no other spelling, or is not understood, passes as it came.
func TestPassed(t *testing.T) {
	t.Parallel()
	for name, say := range map[string]func(c *client){
		"ordinary heads": func(c *client) { c.ask("/a", false, 3, http2.HeadersFrameParam{PadLength: 3}) },
		"a frame in a head": func(c *client) {
			c.ask("/a", false, 2, http2.HeadersFrameParam{})
			c.said.Truncate(c.said.Len() - 20)
			_ = c.framer.WritePing(false, [8]byte{})
		},
		"a head of no sense": func(c *client) {
			_ = c.framer.WriteRawFrame(frameHeaders, flagEndHeaders, 1, []byte("\xff\xff\xff\xff\xff\xff"))
		},
		"padding alone": func(c *client) { _ = c.framer.WriteRawFrame(frameHeaders, flagPadded, 1, []byte{9}) },
		"no priority": func(c *client) {
			_ = c.framer.WriteRawFrame(frameHeaders, flagPriority|flagEndHeaders, 1, []byte{1, 2})
		},
		"an empty head":    func(c *client) { _ = c.framer.WriteRawFrame(frameHeaders, flagEndHeaders, 1, nil) },
		"a head too large": func(c *client) { _ = c.framer.WriteRawFrame(frameHeaders, 0, 1, make([]byte, maxHeld)) },
	} {
		c := newClient()
		_ = c.framer.WriteSettings()
		say(c)
		_ = c.framer.WriteData(1, true, []byte("behind"))
		for _, step := range []int{1, 5, 1000} {
			if got := heard(c.said.Bytes(), step); !bytes.Equal(got, c.said.Bytes()) {
				t.Errorf("%s by %d: %.40x behind the preface; want %.40x", name, step, got[prefaceLength:], c.said.Bytes()[prefaceLength:])
			}
		}
	}
}

// FuzzHeads: whatever a client says, it is passed on alike however it is cut, and no more
// is made of it.
func FuzzHeads(f *testing.F) {
	c := newClient()
	c.ask("/100%", false, 3, http2.HeadersFrameParam{PadLength: 7, Priority: http2.PriorityParam{Weight: 9}})
	c.ask("/100%", true, 1, http2.HeadersFrameParam{})
	f.Add(c.said.Bytes(), 7)
	f.Fuzz(func(t *testing.T, said []byte, step int) {
		whole, cut := heard(said, len(said)+1), heard(said, 1+max(0, step)%64)
		if !bytes.Equal(whole, cut) {
			t.Fatalf("%x became %x, or in pieces %x", said, whole, cut)
		}
		if len(whole) > 2*len(said) {
			t.Errorf("%d bytes became %d", len(said), len(whole))
		}
	})
}
