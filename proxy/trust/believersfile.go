package trust

import (
	"context"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"go.uber.org/zap"

	"sekisho/hostname"
)

const (
	// keepEvery is how often what has changed of the believers is kept.
	keepEvery = time.Minute
	// Who refused the authority would be led to the sinkhole again after a crash, and
	// who accepted it no longer, so that is kept within soonWithin, with whatever else
	// comes until then: a browser refuses several connections at once. Beyond
	// soonAtOnce in a row, of either kind, it is once in soonEvery: no client is to wear
	// out the disk by changing its mind.
	soonWithin = 250 * time.Millisecond
	soonAtOnce = 32
	soonEvery  = 10 * time.Second
	// maxKeptDoubts bounds the doubts in the file; the latest are kept.
	maxKeptDoubts = 4096
	// maxBelieversFile is more than the file measures with all that are remembered.
	maxBelieversFile = 128*maxBelievers + 512*maxKeptDoubts
)

// believersFile is what is kept of the believers over a restart, after which a
// device without the proxy would have nothing to show for itself: those who may be
// led to the sinkhole, and the doubts that stand about anybody: without them a
// program that refused the authority would be led there as soon as another one on
// its address showed trust.
type believersFile struct {
	Root   string                   `json:"root"` // the fingerprint of what they trust
	Proved map[netip.Addr]time.Time `json:"proved"`
	Doubts []keptDoubt              `json:"doubts,omitempty"` // the latest first
}

// keptDoubt is a doubt about one stack of a client.
type keptDoubt struct {
	Client  netip.Addr `json:"client"`
	Stack   string     `json:"stack"` // in hexadecimal
	Last    time.Time  `json:"last"`
	Site    string     `json:"site,omitempty"`
	Settled bool       `json:"settled,omitempty"`
	Firm    bool       `json:"firm,omitempty"`
}

// kept returns what is to be kept, and marks it as such.
func (b *Believers) kept() (f believersFile, changed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.changed {
		return f, false
	}
	b.changed = false
	f = believersFile{Root: b.root, Proved: map[netip.Addr]time.Time{}}
	now := b.now()
	for addr, c := range b.all {
		c.kept = c.proved
		if c.filed = c.trusts(now); c.filed {
			f.Proved[addr] = c.proved.UTC().Truncate(time.Second)
		}
		for print, d := range c.doubts {
			if now.Sub(d.last) < doubtFor {
				f.Doubts = append(f.Doubts, keptDoubt{addr, hex.EncodeToString(print[:]), d.last.UTC(), d.site.String(), d.settled, d.firm})
			}
		}
	}
	slices.SortFunc(f.Doubts, func(a, b keptDoubt) int { return b.Last.Compare(a.Last) })
	f.Doubts = f.Doubts[:min(len(f.Doubts), maxKeptDoubts)]
	return f, true
}

// unkept has what kept returned kept again: it came to nothing.
func (b *Believers) unkept() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changed = true
}

// takeUp adds those of f to who is known.
func (b *Believers) takeUp(f believersFile) {
	if f.Root != b.root {
		return // they would have to trust another by now
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for addr, at := range f.Proved {
		if !addr.IsValid() || at.After(b.now()) || len(b.all) >= maxBelievers {
			continue
		}
		c := b.of(addr.Unmap().WithZone(""))
		c.proved, c.kept, c.filed = at, at, true
	}
	for _, d := range f.Doubts[:min(len(f.Doubts), maxKeptDoubts)] {
		b.doubtAgain(d)
	}
}

// doubtAgain takes up a doubt that was kept, with mu held.
func (b *Believers) doubtAgain(d keptDoubt) {
	print, ok := parseFingerprint(d.Stack)
	if !ok || !d.Client.IsValid() || d.Last.After(b.now()) || b.now().Sub(d.Last) >= doubtFor {
		return
	}
	addr := d.Client.Unmap().WithZone("")
	if _, known := b.all[addr]; !known && len(b.all) >= maxBelievers {
		return
	}
	c := b.of(addr)
	if len(c.doubts) > maxDoubts {
		return
	}
	site, _ := hostname.Parse(d.Site) // the zero Name is nobody's
	c.doubts[print] = doubt{last: d.Last, site: site, settled: d.Settled, firm: d.Firm}
}

// OpenBelievers reads the file at path, which a [Believers.Keep] wrote and whose
// folder must exist. Without one, or with one of another authority than root, the
// fingerprint of which is in the file, clients have to show their trust again; so
// they have when it cannot be read, which is logged. With path "" nothing is kept.
func OpenBelievers(path, root string, log *zap.Logger) *Believers {
	b := newBelievers(root)
	b.path, b.log = path, log
	if path == "" {
		return b
	}
	var f believersFile
	if err := readKept(path, maxBelieversFile, &f); err != nil {
		log.Warn("who trusts the authority was not read", zap.Error(err))
		return b
	}
	b.takeUp(f)
	return b
}

// Keep writes the file when they have changed, until ctx ends and once more then:
// those that are no longer any, and new ones, soon, all else at leisure. What cannot be
// written is logged, and tried again.
func (b *Believers) Keep(ctx context.Context) {
	if b.path == "" {
		return
	}
	var lost, gained pace
	for {
		due := time.NewTimer(keepEvery)
		b.await(ctx, due, &lost, &gained)
		due.Stop()
		b.write()
		if ctx.Err() != nil {
			return
		}
	}
}

// await waits until the file is to be written, by due at the latest. New ones, of whom
// there may be any number, hold up nobody who is no longer any.
func (b *Believers) await(ctx context.Context, due *time.Timer, lost, gained *pace) {
	first := time.Now().Add(keepEvery)
	sooner := func(p *pace) {
		now := time.Now()
		if at := now.Add(p.wait(now)); at.Before(first) {
			first = at
			due.Reset(at.Sub(now))
		}
	}
	anyLost, anyGained := b.lost, b.gained // each is asked once
	for {
		select {
		case <-ctx.Done():
			return
		case <-due.C:
			return
		case <-anyLost:
			sooner(lost)
			anyLost = nil
		case <-anyGained:
			sooner(gained)
			anyGained = nil
		}
	}
}

func (b *Believers) write() {
	f, changed := b.kept()
	if !changed {
		return
	}
	if err := writeKept(b.path, f); err != nil {
		b.unkept()
		b.log.Warn("who trusts the authority was not kept", zap.Error(err))
	}
}

// pace spaces the writes that clients can bring about.
type pace struct {
	// free is when all of soonAtOnce may be used again; each use moves it on by
	// soonEvery.
	free time.Time
}

// wait returns how long the next write, wanted at now, has to wait.
func (p *pace) wait(now time.Time) time.Duration {
	if p.free.Before(now) {
		p.free = now
	}
	wait := max(soonWithin, p.free.Sub(now)-(soonAtOnce-1)*soonEvery)
	p.free = p.free.Add(soonEvery)
	return wait
}
