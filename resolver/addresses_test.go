package resolver

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/hostname"
)

func mustParse(t testing.TB, s string) hostname.Name {
	t.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLookup(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, hopZone+`
		shop.example. 60 IN A 192.0.2.1
		shop.example. 60 IN A 192.0.2.2
		shop.example. 60 IN AAAA 2001:db8::1
		v6.example. 60 IN AAAA 2001:db8::1
		text.example. 60 IN TXT "no address"
		private.example. 60 IN A 10.0.0.1
		dangling.example. 60 IN CNAME pc.corp.test.
		gone.example. 60 IN CNAME lost.blocked.example.
		blocked.example. 60 IN A 192.0.2.66
		pc.corp.test. 60 IN A 10.0.0.1`))
	s := start(t, Options{
		Upstreams: []string{o.url}, Forward: map[string][]string{"*.Corp.Test.": {o.url}},
		Policy: policy([]string{"blocked.example"}, nil),
	})
	for _, tc := range []struct {
		name string
		want string
		err  error
	}{
		{"shop.example", "192.0.2.1 192.0.2.2 2001:db8::1", nil},
		{"SHOP.example.", "192.0.2.1 192.0.2.2 2001:db8::1", nil},
		{"v6.example", "2001:db8::1", nil},
		{"192.0.2.9", "192.0.2.9", nil},
		{"[2001:db8::9]", "2001:db8::9", nil},
		{"localhost", "127.0.0.1 ::1", nil},
		{"x.localhost", "127.0.0.1 ::1", nil},
		{"pc.corp.test", "10.0.0.1", nil},
		{"blocked.example", "192.0.2.66", nil}, // the proxy has judged it
		{"fine.example", "192.0.2.1", nil},
		{"amazon.co.jp", "192.0.2.1", nil},
		{"text.example", "", ErrNotFound},
		{"none.example", "", ErrNotFound},
		{"x.test", "", ErrNotFound},
		{"sekisho.internal", "", ErrNotFound},
		{"printer", "", ErrNotFound},
	} {
		addrs, err := s.Lookup(t.Context(), mustParse(t, tc.name))
		var got []string
		for _, a := range addrs {
			got = append(got, a.String())
		}
		if strings.Join(got, " ") != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("Lookup(%s) = %v, %v; want %s, %v", tc.name, got, err, tc.want, tc.err)
		}
	}
	var withheld *WithheldError
	if _, err := s.Lookup(t.Context(), mustParse(t, "private.example")); !errors.As(err, &withheld) || withheld.Addrs[0] != netip.MustParseAddr("10.0.0.1") {
		t.Errorf("private address: err = %v; want it withheld", err)
	}
	withheld = nil
	if _, err := s.Lookup(t.Context(), mustParse(t, "dangling.example")); !errors.As(err, &withheld) || withheld.Alias != mustParse(t, "pc.corp.test") {
		t.Errorf("alias of an office's name: err = %v; want it withheld, with the alias", err)
	}
	var blocked *BlockedError
	if _, err := s.Lookup(t.Context(), mustParse(t, "gone.example")); !errors.As(err, &blocked) || blocked.Name != mustParse(t, "lost.blocked.example") {
		t.Errorf("alias of a blocked name without an address: err = %v; want a BlockedError", err)
	}
	_, err := s.Lookup(t.Context(), mustParse(t, "first.example"))
	if !errors.As(err, &blocked) || blocked.Name != mustParse(t, "blocked.example") || blocked.Ground != "blocklist" ||
		!cmp.Equal(blocked.Addrs, []netip.Addr{netip.MustParseAddr("192.0.2.66")}, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })) {
		t.Errorf("chain through a blocked name: err = %v; want a BlockedError with the address", err)
	}
	if _, err := s.Lookup(t.Context(), hostname.Name{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("zero name: err = %v; want %v", err, ErrNotFound)
	}
}

func TestLookupFailures(t *testing.T) {
	t.Parallel()
	bad := newOrigin(t, func(q *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(q, dns.RcodeServerFailure) })
	s := start(t, Options{Upstreams: []string{bad.url}})
	if _, err := s.Lookup(t.Context(), mustParse(t, "shop.example")); !errors.Is(err, ErrFailed) {
		t.Errorf("err = %v; want %v", err, ErrFailed)
	}
	silent := newOrigin(t, func(*dns.Msg) *dns.Msg { return nil })
	s = start(t, Options{Upstreams: []string{silent.url}})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.Lookup(ctx, mustParse(t, "shop.example")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v; want that of the context", err)
	}
}

// TestLookupCoalesced has many callers wait for one exchange per family.
func TestLookupCoalesced(t *testing.T) {
	t.Parallel()
	records := zone(t, "shop.example. 60 IN A 192.0.2.1")
	opened := make(chan struct{})
	o := newOrigin(t, func(q *dns.Msg) *dns.Msg { <-opened; return records(q) })
	s := start(t, Options{Upstreams: []string{o.url}})
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			if addrs, err := s.Lookup(t.Context(), mustParse(t, "shop.example")); err != nil || len(addrs) != 1 {
				t.Errorf("Lookup = %v, %v; want an address", addrs, err)
			}
		})
	}
	close(opened)
	callers.Wait()
	for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeHTTPS} {
		if n := o.times("shop.example.", qtype); n != 1 {
			t.Errorf("upstream was asked %d times for type %d; want once", n, qtype)
		}
	}
}

// TestLookupWithoutSockets is how the proxy resolves when DNS is off.
func TestLookupWithoutSockets(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1"))
	s, err := New(Options{Upstreams: []string{o.url}})
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Addr(); a != nil {
		t.Errorf("Addr = %v; want nil", a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	if addrs, err := s.Lookup(t.Context(), mustParse(t, "shop.example")); err != nil || len(addrs) != 1 {
		t.Errorf("Lookup = %v, %v; want an address", addrs, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := s.Lookup(t.Context(), mustParse(t, "other.example")); !errors.Is(err, ErrFailed) {
		t.Errorf("after Serve: err = %v; want %v", err, ErrFailed)
	}
}
