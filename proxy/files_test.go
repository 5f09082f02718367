package proxy

import (
	"testing"

	"sekisho/descriptors"
)

// TestWithinFiles is RL-17: whatever the limit of file descriptors, tunnels, with their
// pipes, the idle connections to origins and the attempts beside others, stay within the
// proxy's share, and with what else is open below four fifths.
func TestWithinFiles(t *testing.T) {
	t.Parallel()
	d := defaultBounds
	for _, tt := range []struct {
		files                                       uint64
		connections, pooled, bulk, beside, sinkhole int
	}{
		{1 << 20, d.connections, d.pooled, d.bulk, d.beside, d.sinkhole},
		{4096, 1058, 103, 194, 97, 128},
		{1024, 255, 25, 47, 23, 32},
		{512, 122, 12, 22, 11, 16},
		{256, 57, 5, 10, 5, 8},
		{64, 1, 1, 0, 0, 8},
		{0, 1, 1, 0, 0, 8},
	} {
		s := descriptors.Of(tt.files)
		got := d.within(s)
		want := d
		want.connections, want.pooled, want.bulk, want.beside, want.sinkhole = tt.connections, tt.pooled, tt.bulk, tt.beside, tt.sinkhole
		want.files, want.perClient = got.files, min(d.perClient, tt.connections)
		if got != want {
			t.Errorf("within(%d) = %+v; want %+v", tt.files, got, want)
		}
		used := uint64(got.connections*filesPerConnection + got.pooled*idlePools + got.bulk*filesPerPipe + got.beside)
		if tt.files >= 256 && (used > s.Proxy || got.files+uint64(got.bulk*filesPerPipe) > tt.files/5*4) {
			t.Errorf("within(%d) allows %d descriptors, and sockets up to the %dth", tt.files, used, got.files)
		}
	}
}
