package proxy

import "testing"

// TestWithinFiles is RL-17: whatever the limit of file descriptors, tunnels
// stay below four fifths of it and 32 are left over.
func TestWithinFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		files     uint64
		wantConns int
		wantPool  int
	}{
		{1 << 20, defaultBounds.connections, defaultBounds.pooled},
		{4096, 1622, 405},
		{1024, 392, 98},
		{256, 86, 21},
		{64, 8, 2},
		{0, 1, 1},
	} {
		got := defaultBounds.within(tt.files)
		if got.connections != tt.wantConns || got.pooled != tt.wantPool {
			t.Errorf("within(%d) = %d connections, %d pooled; want %d, %d", tt.files, got.connections, got.pooled, tt.wantConns, tt.wantPool)
		}
		if got.perClient > got.connections {
			t.Errorf("within(%d): a client may have %d of %d", tt.files, got.perClient, got.connections)
		}
	}
}
