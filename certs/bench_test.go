package certs_test

import (
	"fmt"
	"testing"
)

func BenchmarkLeaf(b *testing.B) {
	a, _ := fresh(b)
	b.Run("mint", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			leaf(b, a, fmt.Sprintf("h%d.example", i))
		}
	})
	n := name(b, "shop.example")
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := a.Leaf(n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cached-parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := a.Leaf(n); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkOwns(b *testing.B) {
	a, _ := fresh(b)
	other, _ := fresh(b)
	c := leaf(b, other, "shop.example").Leaf
	b.ReportAllocs()
	for b.Loop() {
		if a.Owns(c) {
			b.Fatal("a stranger's leaf is ours")
		}
	}
}
