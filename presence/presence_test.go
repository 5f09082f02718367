package presence

import (
	"context"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
)

func numbered(i int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(10<<24+i))
	return netip.AddrFrom4(b)
}

// TestNoted: each way of each client has the time that it was noted last, to a minute.
func TestNoted(t *testing.T) {
	t.Parallel()
	table, err := Open("", "root")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	a, b := numbered(1), numbered(2)
	table.Note(a, Proxy, now)
	table.Note(a, Proxy, now.Add(Every-time.Second)) // too soon
	table.Note(a, Trust, now.Add(time.Second))
	table.Note(b, Resolver, now.Add(time.Hour))
	table.Note(netip.Addr{}, Resolver, now)
	if got, want := table.Of(a), (Client{Addr: a, Proxy: now, Trust: now.Add(time.Second)}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	table.Note(a, Proxy, now.Add(Every))
	if got := table.Of(a).Proxy; !got.Equal(now.Add(Every)) {
		t.Errorf("after a minute: %v", got)
	}
	if got := table.Since(now); len(got) != 2 || got[0].Addr != b || got[1].Addr != a {
		t.Errorf("%+v", got)
	}
	if got := table.Since(now.Add(time.Hour)); len(got) != 1 || got[0].Addr != b {
		t.Errorf("of the last hour: %+v", got)
	}
	if got := table.Of(numbered(3)); !got.Last().IsZero() {
		t.Errorf("a stranger: %+v", got)
	}
	var none *Table
	none.Note(a, Proxy, now)
	if len(none.Since(time.Time{})) != 0 || !none.Of(a).Last().IsZero() {
		t.Error("a table that is nil remembers")
	}
}

// TestFlood: addresses that come once do not take the place of those that come often,
// nor more memory than is theirs.
func TestFlood(t *testing.T) {
	t.Parallel()
	table, _ := Open("", "root")
	now := time.Unix(1_800_000_000, 0)
	office := numbered(0)
	for i := range 2 {
		table.Note(office, Resolver, now.Add(time.Duration(i)*Every))
	}
	for i := range 3 * MaxClients {
		table.Note(numbered(1+i), Resolver, now.Add(time.Hour))
	}
	if n := len(table.Since(time.Time{})); n > MaxClients {
		t.Errorf("%d are remembered, want %d at most", n, MaxClients)
	}
	if table.Of(office).Resolver.IsZero() {
		t.Error("the office was forgotten")
	}
}

// TestKept: a table that is opened again knows who came, but not after Keep, nor what
// has not been yet.
func TestKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "presence.json")
	table, err := Open(path, "root")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	a, old, ahead := numbered(1), numbered(2), numbered(3)
	table.Note(a, Proxy, now)
	table.Note(a, Trust, now.Add(-Keep-time.Hour))
	table.Note(old, Proxy, now.Add(-Keep-time.Hour))
	table.Note(ahead, Proxy, now.Add(time.Hour))
	ended, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); table.Keep(ended, zap.NewNop()) }()
	cancel()
	<-done
	if table, err = Open(path, "root"); err != nil {
		t.Fatal(err)
	}
	if got := table.Since(time.Time{}); len(got) != 1 || got[0] != (Client{Addr: a, Proxy: now}) {
		t.Errorf("%+v", got)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if table, err = Open(path, "root"); err == nil || table == nil {
		t.Errorf("a file that is no table: %v", err)
	}
}

// TestAnotherRoot: who trusted the authority before this one is not known to trust this
// one, and everything else is known as before.
func TestAnotherRoot(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "presence.json")
	table, err := Open(path, "root")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	a, b := numbered(1), numbered(2)
	table.Note(a, Proxy, now)
	table.Note(a, Trust, now)
	table.Note(b, Trust, now)
	if err := table.write(now); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		root string
		want Client
		who  int
	}{{"root", Client{Addr: a, Proxy: now, Trust: now}, 2}, {"another", Client{Addr: a, Proxy: now}, 1}} {
		table, err := Open(path, tt.root)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Of(a); got != tt.want || len(table.Since(time.Time{})) != tt.who {
			t.Errorf("%s: %+v and %d in all; want %+v and %d", tt.root, got, len(table.Since(time.Time{})), tt.want, tt.who)
		}
	}
}

func BenchmarkNoteAgain(b *testing.B) {
	table, _ := Open("", "root")
	now, a := time.Now(), numbered(1)
	table.Note(a, Resolver, now)
	b.ReportAllocs()
	for b.Loop() {
		table.Note(a, Resolver, now)
	}
}
