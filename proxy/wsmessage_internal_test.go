package proxy

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/hostname"
	"sekisho/proxy/budget"
)

// unguarded is a guard of a WebSocket to a site of which nothing is known.
func unguarded(t testing.TB, deflate bool) *socketGuard {
	t.Helper()
	return serverOfNothing(t).socketTo(t, "shop.labnet.example", deflate)
}

// serverOfNothing has no accounts, and knows no site.
func serverOfNothing(t testing.TB) *Server {
	t.Helper()
	book, err := dossier.Open(dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book.Configure("protected", nil)
	store, err := accounts.Open(t.TempDir(), accounts.Options{KeyInFile: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{dossier: book, accounts: store, leaves: newLeaves(), log: zap.NewNop(), heldBytes: budget.New(defaultBounds.held)}
	s.settings.Store(&Settings{})
	return s
}

func (s *Server) socketTo(t testing.TB, host string, deflate bool) *socketGuard {
	t.Helper()
	n, err := hostname.Parse(host)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	return &socketGuard{server: s, visit: &visit{target: target{name: n, port: 443}}, r: r, head: guard.Head{Host: n, Target: "/ws"}, deflate: deflate}
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
	s, feeds := serverOfNothing(f), 0 // one for all: it takes longer than what is tried
	f.Fuzz(func(t *testing.T, in []byte, step uint8) {
		feed := func(step int) (out []byte, err error) {
			feeds++
			m := newMessages(s.socketTo(t, fmt.Sprintf("shop%d.example", feeds), true)) // a site of its own: they are remembered
			defer func() {
				m.close()
				if used := s.heldBytes.InUse(); used != 0 {
					t.Errorf("%d bytes are still counted", used)
				}
			}()
			buf := make([]byte, 1<<10)
			for i := 0; i < len(in); i += step {
				if err := m.feed(bytes.Clone(in[i:min(i+step, len(in))])); err != nil {
					return out, err
				}
				for n := m.take(buf); n > 0; n = m.take(buf) {
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
	m := newMessages(unguarded(t, false))
	defer m.close()
	first, ping, last := frame(0x01, []byte("hel")), frame(0x89, []byte("x")), frame(0x80, []byte("lo"))
	buf := make([]byte, 100)
	for _, tt := range []struct{ in, out []byte }{{first, nil}, {ping, ping}, {last, append(bytes.Clone(first), last...)}} {
		if err := m.feed(bytes.Clone(tt.in)); err != nil {
			t.Fatal(err)
		}
		if got := buf[:m.take(buf)]; !bytes.Equal(got, tt.out) {
			t.Errorf("after %x: %x; want %x", tt.in, got, tt.out)
		}
	}
}
