package presence

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestOnceAMinute: what is noted again within a minute keeps nobody's place more firmly,
// also when others took the place of its hint.
func TestOnceAMinute(t *testing.T) {
	t.Parallel()
	table, _ := Open("", "root")
	now, a := time.Unix(1_800_000_000, 0), numbered(1)
	for range 3 {
		table.Note(a, Proxy, now)
		for i := range table.hints {
			table.hints[i].Store(0)
		}
	}
	if n := table.shard(a).clients[a].notes; n != 1 {
		t.Errorf("noted %d times, want once", n)
	}
}

// TestLeastLately: of those that came equally often the one that came least lately goes.
func TestLeastLately(t *testing.T) {
	t.Parallel()
	clients := map[netip.Addr]*record{}
	for i := range 20 {
		clients[numbered(i)] = &record{notes: 2, at: [ways]int64{Trust: int64(100 + i)}}
	}
	clients[numbered(7)].at = [ways]int64{Proxy: 5, Trust: 3}
	for range 2 {
		makeRoom(clients)
	}
	if clients[numbered(7)] != nil || clients[numbered(0)] != nil || len(clients) != 18 {
		t.Errorf("%d are left, 7 %v, 0 %v", len(clients), clients[numbered(7)], clients[numbered(0)])
	}
}

// TestFileOfAnother: of a file that somebody else wrote no more is taken up than is
// remembered, and every address is one that clients are looked up by.
func TestFileOfAnother(t *testing.T) {
	t.Parallel()
	path, now := filepath.Join(t.TempDir(), "presence.json"), time.Now()
	f := file{Clients: []kept{
		{netip.MustParseAddr("::ffff:192.0.2.1"), [ways]int64{now.Unix()}, 1 << 20},
		{netip.MustParseAddr("fe80::1%eth0"), [ways]int64{now.Unix()}, 1 << 20},
	}}
	for i := range 2 * MaxClients {
		f.Clients = append(f.Clients, kept{numbered(i), [ways]int64{now.Unix()}, 1})
	}
	data, err := json.Marshal(f)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil || len(data) > maxFile {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
	table, err := Open(path, "root")
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"192.0.2.1", "fe80::1"} {
		if table.Of(netip.MustParseAddr(addr)).Proxy.IsZero() {
			t.Errorf("%s is not known", addr)
		}
	}
	if n := len(table.Since(time.Time{})); n > MaxClients {
		t.Errorf("%d are remembered, want %d at most", n, MaxClients)
	}
}

// TestForgotten: who has not come within Keep is gone with the next writing.
func TestForgotten(t *testing.T) {
	t.Parallel()
	table, _ := Open(filepath.Join(t.TempDir(), "presence.json"), "root")
	now := time.Now()
	table.Note(numbered(1), Proxy, now)
	table.Note(numbered(2), Proxy, now.Add(time.Hour))
	if err := table.write(now.Add(Keep + time.Minute)); err != nil {
		t.Fatal(err)
	}
	if all := table.Since(time.Time{}); len(all) != 1 || all[0].Addr != numbered(2) {
		t.Errorf("%+v", all)
	}
}

// TestWrittenAgain: what could not be written is to be written still.
func TestWrittenAgain(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	table := newTable(filepath.Join(folder, "presence.json"), "root") // a file stands in the way
	table.Note(numbered(1), Proxy, time.Now())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	table.Keep(ended, zap.NewNop())
	if len(table.changes) != 1 {
		t.Error("the change is forgotten")
	}
}
