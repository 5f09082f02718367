package trust

import (
	"context"
	"encoding/hex"
	"net/netip"
	"time"

	"go.uber.org/zap"
)

// maxLedgerFile is more than the file measures with all stacks that are remembered.
const maxLedgerFile = 256 * maxStacks

// ledgerFile is what is kept of the ledger over a restart: the stacks that accepted a leaf
// lately. What was refused is not in it, and no site is.
type ledgerFile struct {
	Root   string      `json:"root"` // the fingerprint of what they trust
	Stacks []keptStack `json:"stacks"`
}

type keptStack struct {
	Client netip.Addr `json:"client"`
	Stack  string     `json:"stack"` // in hexadecimal
	Last   time.Time  `json:"last"`  // when it accepted one, by an hour too early at most
}

// kept returns what is to be kept, and marks it as such.
func (l *Ledger) kept() (f ledgerFile, changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.changed {
		return f, false
	}
	l.changed = false
	f = ledgerFile{Root: l.root, Stacks: []keptStack{}}
	now := l.now()
	for k, t := range l.accepted.All() {
		if now.Sub(t.last) >= proofFor {
			continue
		}
		t.filed = t.last
		f.Stacks = append(f.Stacks, keptStack{k.client, hex.EncodeToString(k.print[:]), t.last.UTC().Truncate(time.Second)})
	}
	return f, true
}

// unkept has what kept returned kept again: it came to nothing.
func (l *Ledger) unkept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed = true
}

// takeUp adds those of f to who is known.
func (l *Ledger) takeUp(f ledgerFile) {
	if f.Root != l.root {
		return // they would have to trust another by now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for _, s := range f.Stacks {
		print, ok := parseFingerprint(s.Stack)
		if !ok || !s.Client.IsValid() || s.Last.After(now) || now.Sub(s.Last) >= proofFor {
			continue
		}
		client := s.Client.Unmap().WithZone("")
		l.accepted.Put(stack{client, print}, &accepting{last: s.Last, filed: s.Last})
		if at, _ := l.clients.Get(client); s.Last.After(at) {
			l.clients.Put(client, s.Last)
		}
	}
}

// OpenLedger reads the file at path, which a [Ledger.Keep] wrote and whose folder must
// exist. Without one, or with one of another authority than root, the fingerprint of which
// is in the file, nobody is known; nor is anybody when it cannot be read, which is
// logged. With path "" nothing is kept.
func OpenLedger(path, root string, log *zap.Logger) *Ledger {
	l := newLedger(root)
	l.path, l.log = path, log
	if path == "" {
		return l
	}
	var f ledgerFile
	if err := readKept(path, maxLedgerFile, &f); err != nil {
		log.Warn("who accepted our certificates was not read", zap.Error(err))
		return l
	}
	l.takeUp(f)
	return l
}

// Keep writes the file each minute when there is somebody new, or somebody known an hour
// longer, until ctx ends and once more then. What cannot be written is logged, and tried
// again. A crash costs what came within the last minute: such a stack is unknown again.
func (l *Ledger) Keep(ctx context.Context) {
	if l.path == "" {
		return
	}
	due := time.NewTicker(keepEvery)
	defer due.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-due.C:
		}
		l.write()
	}
}

func (l *Ledger) write() {
	f, changed := l.kept()
	if !changed {
		return
	}
	if err := writeKept(l.path, f); err != nil {
		l.unkept()
		l.log.Warn("who accepted our certificates was not kept", zap.Error(err))
	}
}
