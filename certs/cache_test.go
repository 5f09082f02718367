package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sekisho/hostname"
)

func host(t testing.TB, s string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// get is what Leaf does, with a mint of the test's.
func get(c *cache, n hostname.Name, mint func() (*tls.Certificate, error)) (*tls.Certificate, error) {
	cert, s, mine := c.claim(n, time.Now())
	if cert != nil {
		return cert, nil
	}
	if mine {
		c.settle(s, time.Now(), mint)
	}
	<-s.done
	return s.cert, s.err
}

func made() (*tls.Certificate, error) {
	now := time.Now()
	return &tls.Certificate{Leaf: &x509.Certificate{NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}}, nil
}

func TestCL18CacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache(3)
	mints := 0
	want := func(name string, n int) {
		t.Helper()
		if _, err := get(c, host(t, name), func() (*tls.Certificate, error) { mints++; return made() }); err != nil {
			t.Fatal(err)
		}
		if mints != n || len(c.slots) > 3 || c.order.Len() != len(c.slots) {
			t.Errorf("after %s: %d mints, %d kept, %d in order; want %d mints", name, mints, len(c.slots), c.order.Len(), n)
		}
	}
	want("a.example", 1)
	want("b.example", 2)
	want("c.example", 3)
	want("a.example", 3) // used last, so b is the one to go
	want("d.example", 4)
	want("a.example", 4)
	want("b.example", 5)
}

func TestCL18OneMintForAll(t *testing.T) {
	t.Parallel()
	c := newCache(8)
	var mints atomic.Int32
	release := make(chan struct{})
	var wg, waiting sync.WaitGroup
	certs := make([]*tls.Certificate, 32)
	for i := range certs {
		waiting.Add(1)
		wg.Go(func() {
			waiting.Done()
			certs[i], _ = get(c, host(t, "shop.example"), func() (*tls.Certificate, error) {
				mints.Add(1)
				<-release
				return made()
			})
		})
	}
	waiting.Wait()
	close(release)
	wg.Wait()
	if mints.Load() != 1 {
		t.Errorf("%d mints; want exactly one", mints.Load())
	}
	for i := range certs {
		if certs[i] == nil || certs[i] != certs[0] {
			t.Fatalf("caller %d got %p; want %p", i, certs[i], certs[0])
		}
	}
}

// TestMintFailures: an error reaches everybody and is not kept, and a mint that
// panics leaves nobody waiting. Neither may drop a slot that took its place.
func TestMintFailures(t *testing.T) {
	t.Parallel()
	c := newCache(1)
	boom := errors.New("boom")
	n := host(t, "shop.example")
	if _, err := get(c, n, func() (*tls.Certificate, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Errorf("error = %v; want boom", err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = get(c, n, func() (*tls.Certificate, error) { panic("boom") })
	}()
	if len(c.slots) != 0 || c.order.Len() != 0 {
		t.Errorf("%d slots kept after failures", len(c.slots))
	}
	_, err := get(c, n, func() (*tls.Certificate, error) {
		// Evicts the slot under way, then takes its place.
		if _, err := get(c, host(t, "other.example"), made); err != nil {
			t.Error(err)
		}
		if _, err := get(c, n, made); err != nil {
			t.Error(err)
		}
		return nil, boom
	})
	if !errors.Is(err, boom) || len(c.slots) != 1 {
		t.Errorf("error = %v with %d kept; want boom, 1", err, len(c.slots))
	}
}

func TestCacheUnderLoad(t *testing.T) {
	t.Parallel()
	c := newCache(8)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 2000 {
				if cert, err := get(c, host(t, fmt.Sprintf("h%d.example", i%13)), made); cert == nil || err != nil {
					t.Errorf("get = %v, %v", cert, err)
				}
			}
		})
	}
	wg.Wait()
	if len(c.slots) > 8 || c.order.Len() != len(c.slots) {
		t.Errorf("%d slots, %d in order; want at most 8", len(c.slots), c.order.Len())
	}
}
