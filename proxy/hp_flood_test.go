package proxy_test

import (
	"net/http"
	"runtime"
	"testing"

	"golang.org/x/net/http2"

	"sekisho/internal/labnet"
)

// Bounds that one hostile HTTP/2 connection is held to. Each of its 250 streams
// may have a few goroutines and as many on the way to the origin.
const (
	floodHeap       = 48 << 20
	floodGoroutines = 4000
)

// floods are what one connection may do to a server at little cost to itself.
// Each goes on until the server has closed or all was said.
var floods = []struct {
	name string
	// closes says that the server must end the connection: what came before
	// the end costs it work for every frame.
	closes bool
	run    func(h *rawH2, self string, look func())
}{
	{"rapid reset", false, func(h *rawH2, self string, look func()) { // CVE-2023-44487
		for i := range 20_000 {
			stream := uint32(2*i + 1)
			if h.open(stream, true, head(self, "/slow?wait=1m")...) != nil || h.WriteRSTStream(stream, http2.ErrCodeCancel) != nil {
				return
			}
			if i%2000 == 0 {
				look()
			}
		}
	}},
	{"made to reset", false, func(h *rawH2, self string, look func()) { // CVE-2025-8671
		for i := range 20_000 {
			stream := uint32(2*i + 1)
			if h.open(stream, true, head(self, "/slow?wait=1m")...) != nil || h.WriteWindowUpdate(stream, 0) != nil {
				return
			}
			if i%2000 == 0 {
				look()
			}
		}
	}},
	{"CONTINUATION", true, func(h *rawH2, self string, look func()) { // CVE-2023-45288
		_ = h.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h.encode(head(self, "/echo"))})
		junk := h.encode([]field{{"x-a", string(make([]byte, 8<<10))}})
		for i := range 16_000 { // 128 MiB
			if h.WriteContinuation(1, false, junk) != nil {
				return
			}
			if i%2000 == 0 {
				look()
			}
		}
	}},
	{"empty CONTINUATION", true, func(h *rawH2, self string, look func()) {
		_ = h.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h.encode(head(self, "/echo"))})
		for range 100_000 {
			if h.WriteContinuation(1, false, nil) != nil {
				return
			}
		}
		look()
	}},
	{"SETTINGS", false, func(h *rawH2, _ string, look func()) { // CVE-2019-9515; acknowledged together
		for i := range 200_000 {
			if h.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: uint32(i)}) != nil {
				return
			}
			if i%50_000 == 0 {
				look()
			}
		}
	}},
	{"PING", true, func(h *rawH2, _ string, look func()) { // CVE-2019-9512
		for i := range 1_000_000 {
			if h.WritePing(false, [8]byte{1}) != nil {
				return
			}
			if i%100_000 == 0 {
				look()
			}
		}
	}},
	{"10,000 streams", false, func(h *rawH2, self string, look func()) {
		for i := range 10_000 {
			if h.open(uint32(2*i+1), true, head(self, "/slow?wait=1m")...) != nil {
				return
			}
			if i%2000 == 0 {
				look()
			}
		}
	}},
}

// TestHP39Floods is HP-39: floods on an HTTP/2 connection cost bounded memory
// and goroutines, and others are served meanwhile. It is not parallel, because
// it looks at the heap.
func TestHP39Floods(t *testing.T) {
	for _, tt := range floods {
		t.Run("HP-39 "+tt.name, func(t *testing.T) {
			l := start(t)
			o := l.Origin([]string{shop, "other.labnet.example"}, labnet.Handler())
			other := l.client()
			serves := func() {
				if a := get(t, other, https("other.labnet.example", o, "/echo"), nil); a.StatusCode != http.StatusOK {
					t.Errorf("another client got %d; want 200", a.StatusCode)
				}
			}
			serves()
			h := l.rawH2(t, authority(shop, o))
			before, most, busy := runtime.NumGoroutine(), 0, 0
			grown := peakHeap(func(look func()) {
				tt.run(h, authority(shop, o), func() {
					most, busy = max(most, runtime.NumGoroutine()-before), max(busy, o.Busy())
					serves()
					look()
				})
				most, busy = max(most, runtime.NumGoroutine()-before), max(busy, o.Busy())
				serves()
				look()
			})
			t.Logf("%d KiB, %d goroutines, %d requests at the origin at once, %d in all", grown>>10, most, busy, o.Requests())
			if grown > floodHeap || most > floodGoroutines || busy > 300 {
				t.Errorf("%d KiB, %d goroutines, %d requests at once; want at most %d, %d and 250", grown>>10, most, busy, floodHeap>>10, floodGoroutines)
			}
			if tt.closes && h.WritePing(false, [8]byte{}) == nil {
				wait(t, "the flood's connection to end", func() bool { return h.WritePing(false, [8]byte{}) != nil })
			}
			_ = h.conn.NetConn().Close()
			wait(t, "the origin to be let go", func() bool { return o.Busy() == 0 })
			serves()
		})
	}
}
