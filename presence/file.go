package presence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"sekisho/private"
)

// maxFile is more than the file measures with all that are remembered.
const maxFile = 256 * MaxClients

// file is what is kept.
type file struct {
	Root    string `json:"root"` // of [Open]
	Clients []kept `json:"clients"`
}

// kept is a client in the file.
type kept struct {
	Client netip.Addr  `json:"client"`
	At     [ways]int64 `json:"at"` // Unix seconds: proxy, resolver, trust
	Notes  uint32      `json:"notes"`
}

// Open returns the table that is kept in the file at path, "" for one that is not
// kept. root is the fingerprint of the authority: who trusted another one trusts nothing
// that counts. The table can be used whatever the error, which says that the file was
// there and could not be read: it is replaced by the next one then.
func Open(path, root string) (*Table, error) {
	t := newTable(path, root)
	if path == "" {
		return t, nil
	}
	data, err := private.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	var f file
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		return t, fmt.Errorf("read which devices were seen: %w", err)
	}
	t.takeUp(f, time.Now())
	return t, nil
}

// takeUp adds who came within Keep.
func (t *Table) takeUp(f file, now time.Time) {
	for _, k := range f.Clients[:min(len(f.Clients), MaxClients)] {
		r := &record{at: k.At, notes: k.Notes}
		if f.Root != t.root {
			r.at[Trust] = 0
		}
		for i, at := range r.at {
			if at > now.Unix() || now.Sub(moment(at)) > Keep {
				r.at[i] = 0 // a clock that went back shows nothing
			}
		}
		if addr := k.Client.Unmap().WithZone(""); addr.IsValid() && r.last() > 0 {
			t.put(addr, r)
		}
	}
}

func (t *Table) put(addr netip.Addr, r *record) {
	sh := t.shard(addr)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if len(sh.clients) >= perShard {
		makeRoom(sh.clients)
	}
	sh.clients[addr] = r
}

// Keep writes the file once a minute at most, when there is something to write, until
// ctx ends and once more then. What a crash takes away is a minute.
func (t *Table) Keep(ctx context.Context, log *zap.Logger) {
	ticker := time.NewTicker(Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
		select {
		case <-t.changes:
			if err := t.write(time.Now()); err != nil {
				t.changed()
				log.Warn("which devices were seen was not kept", zap.Error(err))
			}
		default:
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// write writes the file, and forgets who has not come within Keep.
func (t *Table) write(now time.Time) error {
	if t.path == "" {
		return nil
	}
	f := file{Root: t.root, Clients: []kept{}}
	for i := range t.shards {
		sh := &t.shards[i]
		sh.mu.Lock()
		for addr, r := range sh.clients {
			if now.Sub(moment(r.last())) > Keep {
				delete(sh.clients, addr)
				continue
			}
			f.Clients = append(f.Clients, kept{addr, r.at, r.notes})
		}
		sh.mu.Unlock()
	}
	data, err := json.Marshal(f)
	if err == nil {
		err = private.Write(filepath.Dir(t.path), filepath.Base(t.path), data)
	}
	return err
}
