package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"sync"
)

func TestLatency(t *testing.T) {
	for _, o := range []Options{{}, {MaxSize: 16 << 20, Retention: 90 * day}, {MaxSize: 1 << 20}} {
		path := place(t)
		j := open(t, path, o)
		var mu sync.Mutex
		var lat []time.Duration
		d := strings.Repeat("x", 200)
		var wg sync.WaitGroup
		start := time.Now()
		for c := range 16 {
			wg.Go(func() {
				for i := range 2500 {
					s := time.Now()
					j.Record(context.Background(), Event{Host: fmt.Sprint(c, "-", i, ".example"), Detail: d, Incident: NewIncident()})
					mu.Lock(); lat = append(lat, time.Since(s)); mu.Unlock()
				}
			})
		}
		wg.Wait()
		el := time.Since(start)
		slices.Sort(lat)
		n := len(lat)
		t.Log(o.MaxSize, n, el, "p50", lat[n/2], "p99", lat[n*99/100], "p99.9", lat[n*999/1000], "max", lat[n-1], filesSize(t, path), len(stored(t, path)))
	}
}
