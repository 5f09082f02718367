package proxy

import "testing"

// TestWithinFiles is RL-17: whatever the limit of file descriptors, tunnels,
// with their pipes and the idle connections to origins, stay below four fifths of it
// and 32 are left over.
func TestWithinFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		files                           uint64
		wantConns, wantPooled, wantBulk int
	}{
		{1 << 20, defaultBounds.connections, defaultBounds.pooled, defaultBounds.bulk},
		{4096, 1150, 135, 202},
		{1024, 279, 32, 49},
		{512, 135, 15, 23},
		{256, 62, 7, 10},
		{64, 5, 1, 1},
		{0, 1, 1, 0},
	} {
		got := defaultBounds.within(tt.files)
		if got.connections != tt.wantConns || got.pooled != tt.wantPooled || got.bulk != tt.wantBulk {
			t.Errorf("within(%d) = %d connections, %d pooled, %d pipes; want %d, %d, %d", tt.files, got.connections, got.pooled, got.bulk, tt.wantConns, tt.wantPooled, tt.wantBulk)
		}
		used := got.connections*filesPerConnection + got.pooled*idlePools + got.bulk*filesPerPipe
		if tt.files >= 256 && uint64(used) > tt.files/5*4-reservedFiles {
			t.Errorf("within(%d) allows %d descriptors", tt.files, used)
		}
		if got.perClient > got.connections {
			t.Errorf("within(%d): a client may have %d of %d", tt.files, got.perClient, got.connections)
		}
	}
}
