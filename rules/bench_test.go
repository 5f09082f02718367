package rules

import (
	"fmt"
	"runtime"
	"testing"

	"sekisho/hostname"
)

// forty is an ordinary name of forty characters.
const forty = "static-assets-3.cdn.kaigai-shopping.co.jp"

func mustParse(tb testing.TB, s string) hostname.Name {
	tb.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		tb.Fatalf("parse %q: %v", s, err)
	}
	return n
}

// million returns a builder with a block list of a million names.
func million(tb testing.TB) *Builder {
	tb.Helper()
	b := NewBuilder()
	for i := range 1_000_000 {
		b.Add(BlockList, fmt.Sprintf("host-%d.list%d.example", i, i%977), "block.txt", i+1)
	}
	if p := b.Problems(); len(p) > 0 {
		tb.Fatalf("problem: %v", p[0])
	}
	return b
}

func BenchmarkDecide(b *testing.B) {
	small := NewBuilder().Build()
	big := million(b).Build()
	for _, bb := range []struct {
		name   string
		host   string
		decide func(hostname.Name) Verdict
	}{
		{"uncached", forty, small.decide},
		{"uncached-lookalike", "www.amozon-account-update.kaigai.example", small.decide},
		{"uncached-swaps", "amazno-amozan-azamon-amaozn-manazoan.com", small.decide},
		{"uncached-hostile", hostile(), small.decide},
		{"cached", forty, small.Decide},
		{"genuine", "sellercentral.amazon.co.jp", small.decide},
		{"blocklist-million", forty, big.decide},
		{"blocklist-million-hit", "www.host-500000.list753.example", big.decide},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := mustParse(b, bb.host)
			bb.decide(n)
			b.ReportAllocs()
			for b.Loop() {
				bb.decide(n)
			}
		})
	}
	// What a new name costs with the cache in front, which it goes into.
	b.Run("first", func(b *testing.B) {
		var names [2 * cacheSize]hostname.Name
		for i := range names {
			names[i] = mustParse(b, fmt.Sprintf("static-%d.cdn.kaigai-shopping.co.jp", i))
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			small.Decide(names[i%len(names)])
			i++
		}
	})
}

// hostile returns a name that makes as much work as a name can: all the
// labels and hyphens that fit, each part nearly a brand.
func hostile() string {
	s := ""
	for len(s)+11 < 240 {
		s += "amazno-amz."
	}
	return s + "example"
}

func BenchmarkBuild(b *testing.B) {
	b.Run("million", func(b *testing.B) {
		lines := make([]string, 1_000_000)
		for i := range lines {
			lines[i] = fmt.Sprintf("host-%d.list%d.example", i, i%977)
		}
		b.ReportAllocs()
		var held uint64
		for b.Loop() {
			before := heap()
			bld := NewBuilder()
			for i, l := range lines {
				bld.Add(BlockList, l, "block.txt", i+1)
			}
			p := bld.Build()
			bld = nil
			held = heap() - before
			runtime.KeepAlive(p)
		}
		b.ReportMetric(float64(held)/(1<<20), "MiB-held")
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
