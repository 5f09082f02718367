package dossier

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// filled is a book with some thousand sites, as after a day.
func filled(tb testing.TB) office {
	o := office{tb, open(tb)}
	for i := range 5000 {
		o.visit(fmt.Sprintf("site%d.example", i))
	}
	o.page("copy.example", copied)
	return o
}

func BenchmarkSiteOf(b *testing.B) {
	n := name(b, "static.assets.example.co.jp")
	b.ReportAllocs()
	for b.Loop() {
		SiteOf(n)
	}
}

func BenchmarkNavigate(b *testing.B) {
	for _, host := range []string{"cdn.unknown.example", "www.site7.example", "www.copy.example"} {
		b.Run(host, func(b *testing.B) {
			o, n := filled(b), name(b, host)
			b.ReportAllocs()
			for b.Loop() {
				o.Navigate(n, pc1)
			}
		})
	}
}

func BenchmarkNavigateParallel(b *testing.B) {
	o, n := filled(b), name(b, "cdn.unknown.example")
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			o.Navigate(n, pc1)
		}
	})
}

func BenchmarkHints(b *testing.B) {
	o, n := filled(b), name(b, "cdn.unknown.example")
	b.ReportAllocs()
	for b.Loop() {
		o.Hints(n, pc1)
	}
}

func BenchmarkVisit(b *testing.B) {
	for _, mode := range []string{"navigate", "no-cors"} {
		b.Run(mode, func(b *testing.B) {
			o := filled(b)
			a := Arrival{Host: name(b, "www.site7.example"), Client: pc1, SecFetchMode: mode, SecFetchSite: "none"}
			b.ReportAllocs()
			for b.Loop() {
				o.Visit(a)
			}
		})
	}
}

func BenchmarkPagePlain(b *testing.B) {
	o, n := filled(b), name(b, "www.site7.example")
	b.ReportAllocs()
	for b.Loop() {
		o.Page(n, pc1, imitation.Result{})
	}
}

func BenchmarkSubmit(b *testing.B) {
	o, n := filled(b), name(b, "www.site7.example")
	o.Passed(n)
	b.ReportAllocs()
	for b.Loop() {
		o.SubmitFrom(Sender{Document: n}, n, pc1, anySignIn, none)
	}
}

// TestNoAllocations holds what runs for every request to it.
func TestNoAllocations(t *testing.T) {
	o := filled(t)
	for _, host := range []string{"cdn.unknown.example", "www.site7.example", "x.y.workers.dev", "docs.google.com"} {
		n := name(t, host)
		if got := testing.AllocsPerRun(100, func() { o.Navigate(n, pc1); o.Hints(n, pc1) }); got != 0 {
			t.Errorf("%s: %v allocations", host, got)
		}
	}
	if got := testing.AllocsPerRun(100, func() { o.Page(name(t, "site9.example"), pc1, imitation.Result{}) }); got > 1 {
		t.Errorf("plain page: %v allocations", got)
	}
}

// TestTogether calls everything from many goroutines; the race detector and
// the shelves' own book-keeping judge it.
func TestTogether(t *testing.T) {
	t.Parallel()
	o := office{t, open(t)}
	var hosts []hostname.Name
	for i := range 40 {
		hosts = append(hosts, name(t, fmt.Sprintf("h%d.example", i)))
	}
	amazon := name(t, "sellercentral.amazon.co.jp")
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(g), 1))
			for range 500 {
				n := hosts[random.IntN(len(hosts))]
				switch random.IntN(10) {
				case 0:
					o.Visit(Arrival{Host: n, Client: pc1, SecFetchMode: "navigate", Name: lookalike})
				case 1:
					o.Page(n, pc1, []imitation.Result{plainPage, traces, suspect, copied, relayed}[random.IntN(5)])
				case 2:
					o.Script(n, hosts[0], pc2, copied)
				case 3:
					o.SubmitFrom(Sender{Document: hosts[random.IntN(len(hosts))]}, n, pc2, anySignIn, o.other(random.Uint64()))
				case 4:
					o.Passed(n)
				case 5:
					o.pardon(n.String())
				case 6:
					o.Configure([]string{"unfamiliar", "protected", "always"}[random.IntN(3)], []string{n.String()})
				case 7:
					for range o.Hints(n, pc1).Purposes {
						break
					}
				default:
					o.Navigate(n, pc1)
				}
				if j := o.SubmitFrom(Sender{Document: n}, amazon, pc1, ownSignIn, both); j.Do != Pass {
					t.Errorf("genuine Amazon is judged %q", verdict(j))
					return
				}
			}
		})
	}
	all.Wait()
	for i := range o.shelves {
		if s := &o.shelves[i]; len(s.sites) != s.filled() {
			t.Errorf("shelf %d has %d sites in %d places", i, len(s.sites), s.filled())
		}
	}
}
