package descriptors_test

import (
	"math"
	"testing"

	"sekisho/descriptors"
)

// TestShares: whatever the limit, all parts together leave what is reserved, and the
// proxy backs off at four fifths.
func TestShares(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit uint64
		want  descriptors.Shares
	}{
		{0, descriptors.Shares{Proxy: 0, Most: 0, Sinkhole: 8, Console: 12, Resolver: 8}},
		{256, descriptors.Shares{Proxy: 164, Most: 204, Sinkhole: 8, Console: 12, Resolver: 8}},
		{512, descriptors.Shares{Proxy: 360, Most: 408, Sinkhole: 16, Console: 16, Resolver: 16}},
		{1024, descriptors.Shares{Proxy: 752, Most: 816, Sinkhole: 32, Console: 32, Resolver: 32}},
		{1 << 20, descriptors.Shares{Proxy: 838316, Most: 838860, Sinkhole: 512, Console: 512, Resolver: 256}},
		{math.MaxUint32, descriptors.Shares{Proxy: 3435973292, Most: 3435973836, Sinkhole: 512, Console: 512, Resolver: 256}},
	} {
		got := descriptors.Of(tt.limit)
		if got != tt.want {
			t.Errorf("Of(%d) = %+v; want %+v", tt.limit, got, tt.want)
		}
	}
	for limit := uint64(256); limit < 1<<15; limit += 17 {
		const open = 32 // before anybody comes
		s := descriptors.Of(limit)
		if below := s.Proxy + uint64(s.Sinkhole) + open; below != s.Most || s.Most > limit/5*4 {
			t.Errorf("of %d the proxy has up to %d, and %d with what is open", limit, s.Most, below)
		}
		if all := s.Proxy + uint64(s.Sinkhole+s.Console+s.Resolver) + open + descriptors.Reserve; all > limit {
			t.Errorf("of %d all parts together have %d with the reserve", limit, all)
		}
	}
}
