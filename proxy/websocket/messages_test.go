package websocket

import (
	"bytes"
	"net/http"
	"net/netip"
	"testing"

	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/proxy/budget"
)

// trusting lets everything pass.
type trusting struct{}

func (trusting) Hints() guard.Hints { return guard.Hints{} }

func (trusting) Weigh(f *guard.Finding, _ bool) error { f.Wipe(); return nil }

// messagesTo are those to a site of which nothing is known.
func messagesTo(memory *budget.Budget, deflate bool) *Messages {
	n, _ := hostname.Parse("shop.labnet.example")
	return NewMessages(trusting{}, guard.Head{Host: n, Method: http.MethodGet, Target: "/ws"}, deflate, memory, netip.MustParseAddr("192.0.2.1"))
}

// frame is one masked frame.
func frame(first byte, payload []byte) []byte {
	f := []byte{first, 0x80 | byte(len(payload)), 1, 2, 3, 4}
	for i, c := range payload {
		f = append(f, c^byte(i&3+1))
	}
	return f
}

// FuzzMessages: what is let out is what came in, frame by frame in the order of
// messages, whatever the pieces; and memory is given back.
func FuzzMessages(f *testing.F) {
	f.Add(append(frame(0x81, []byte("hello")), frame(0x89, nil)...), uint8(3))
	f.Add(append(frame(0x01, []byte("hel")), append(frame(0x89, []byte("x")), frame(0x80, []byte("lo"))...)...), uint8(1))
	f.Add(frame(0xc1, []byte("\xf2\x48\xcd\xc9\xc9\x07\x00")), uint8(2)) // "Hello" in RFC 7692, section 7.2.3.1
	f.Add(append(frame(0x80, nil), 0x88, 0x80), uint8(9))
	memory := budget.New(64 << 20)
	f.Fuzz(func(t *testing.T, in []byte, step uint8) {
		feed := func(step int) (out []byte, err error) {
			m := messagesTo(memory, true)
			defer func() {
				m.Close()
				if used := memory.InUse(); used != 0 {
					t.Errorf("%d bytes are still counted", used)
				}
			}()
			buf := make([]byte, 1<<10)
			for i := 0; i < len(in); i += step {
				if err := m.Feed(bytes.Clone(in[i:min(i+step, len(in))])); err != nil {
					return out, err
				}
				for n := m.Take(buf); n > 0; n = m.Take(buf) {
					out = append(out, buf[:n]...)
				}
			}
			return out, nil
		}
		one, errOne := feed(1)
		other, errOther := feed(int(step) + 1)
		if errOne == nil && errOther == nil && !bytes.Equal(one, other) {
			t.Errorf("by 1: %x; by %d: %x", one, step, other)
		}
		if (errOne == nil) != (errOther == nil) {
			t.Errorf("by 1: %v; by %d: %v", errOne, step, errOther)
		}
		if len(one) > len(in) {
			t.Errorf("%d bytes became %d", len(in), len(one))
		}
	})
}

// TestMessagesOrder: a ping in the middle of a message passes at once, and the
// message with its end.
func TestMessagesOrder(t *testing.T) {
	t.Parallel()
	m := messagesTo(budget.New(64<<20), false)
	defer m.Close()
	first, ping, last := frame(0x01, []byte("hel")), frame(0x89, []byte("x")), frame(0x80, []byte("lo"))
	buf := make([]byte, 100)
	for _, tt := range []struct{ in, out []byte }{{first, nil}, {ping, ping}, {last, append(bytes.Clone(first), last...)}} {
		if err := m.Feed(bytes.Clone(tt.in)); err != nil {
			t.Fatal(err)
		}
		if got := buf[:m.Take(buf)]; !bytes.Equal(got, tt.out) {
			t.Errorf("after %x: %x; want %x", tt.in, got, tt.out)
		}
	}
}
