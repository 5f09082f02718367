package daemon

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// spareHeap is what may be allocated between two collections whatever is in
	// use. The runtime's own rule, as much as is in use, has a small process that
	// makes connections collect for each sixty handshakes, a tenth of its time.
	spareHeap = 32 << 20
	// usualPercent is the runtime's own rule, which holds from spareHeap on.
	usualPercent = 100
	// memoryTick is how often it is looked at.
	memoryTick = time.Second
	// quietTicks is after how many of them with little work the memory goes back
	// to the system, and quietBytes is how little that is in each.
	quietTicks = 3
	quietBytes = 256 << 10
)

// The runtime's own figures (package runtime/metrics), both in bytes.
const (
	metricLive      = "/gc/heap/live:bytes"   // in use at the end of the last collection
	metricAllocated = "/gc/heap/allocs:bytes" // since the start
)

// memory decides how often the runtime collects, and when it gives memory back.
type memory struct {
	set     func(percent int) (was int)
	release func()

	percent   int
	allocated uint64 // at the last look
	owed      uint64 // allocated since memory was given back
	quiet     int    // looks in a row
}

// keepMemory sees to it until ctx ends, and leaves things as they were. An owner
// who set GOGC has decided otherwise.
func keepMemory(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	m := &memory{set: debug.SetGCPercent, release: debug.FreeOSMemory, percent: usualPercent}
	defer func() { m.adjust(usualPercent) }()
	tick := time.NewTicker(memoryTick)
	defer tick.Stop()
	samples := []metrics.Sample{{Name: metricLive}, {Name: metricAllocated}}
	for {
		metrics.Read(samples)
		m.look(samples[0].Value.Uint64(), samples[1].Value.Uint64())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look is one look at what is in use and was allocated so far.
func (m *memory) look(live, allocated uint64) {
	m.adjust(percentFor(live))
	done := allocated - m.allocated
	m.allocated = allocated
	m.owed += done
	if done > quietBytes {
		m.quiet = 0
		return
	}
	if m.quiet++; m.quiet >= quietTicks && m.owed > spareHeap/4 {
		m.release()
		m.owed = 0
	}
}

// percentFor is the garbage to allow, in percent of live.
func percentFor(live uint64) int {
	if live >= spareHeap {
		return usualPercent
	}
	// Stacks and globals, which the runtime adds to what is in use, are left out,
	// and a heap that is almost empty has not got them yet.
	return int(usualPercent * spareHeap / max(live, spareHeap/8))
}

// adjust sets the percentage if it differs by more than a tenth: setting it stops
// the world for a moment.
func (m *memory) adjust(percent int) {
	if diff := percent - m.percent; percent == usualPercent && diff != 0 || 10*max(diff, -diff) > m.percent {
		m.set(percent)
		m.percent = percent
	}
}
