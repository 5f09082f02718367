package proxy_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"

	"sekisho/proxy"
)

// TestHP39Unread is HP-39: a client that asks for many files, on several connections, and
// reads none has only so many origins send far ahead of it.
func TestHP39Unread(t *testing.T) {
	t.Parallel()
	const connections, each, wide = 8, 4, 8
	l := startBounded(t, proxy.Bounds{PerClientWide: wide})
	var sent [connections * each]atomic.Int64
	var next atomic.Int64
	o := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		own, p := &sent[next.Add(1)-1], make([]byte, 16<<10)
		for range 256 {
			n, err := w.Write(p)
			if own.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	for range connections {
		h := l.rawH2(t, authority(shop, o), http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
		for i := range each {
			if err := h.open(uint32(2*i+1), true, head(authority(shop, o), "/")...); err != nil {
				t.Fatal(err)
			}
		}
	}
	far := func() (n int) {
		for i := range sent {
			if sent[i].Load() >= 400<<10 {
				n++
			}
		}
		return n
	}
	wait(t, "all to be asked, and some to be sent far ahead", func() bool { return next.Load() == connections*each && far() >= wide })
	waitAwhile()
	if n := far(); n != wide {
		t.Errorf("%d answers are sent far ahead; want %d", n, wide)
	}
	for i := range sent {
		if n := sent[i].Load(); n > 700<<10 || n < 400<<10 && n > 200<<10 {
			t.Errorf("%d KiB were sent of an answer that nobody reads", n>>10)
		}
	}
}
