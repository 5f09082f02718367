package accounts

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkVerify is what one password costs to compare with one account.
func BenchmarkVerify(b *testing.B) {
	for _, c := range []Cost{DefaultCost, {1, 32 << 10}, {2, 32 << 10}} {
		b.Run(fmt.Sprintf("t=%d,m=%dMiB", c.Time, c.Memory>>10), func(b *testing.B) {
			key := random32()
			v := newVerifier([]byte("correct horse battery"), key[:], c)
			b.ReportAllocs()
			for b.Loop() {
				if v.matches([]byte("incorrect horse"), key[:]) {
					b.Fatal("a wrong password matches")
				}
			}
		})
	}
}

func BenchmarkKnows(b *testing.B) {
	s := stocked(b)
	for _, id := range []string{"someone@mail.example", sellerID, "Ｓｅｌｌｅｒ＠shop.example", "+81 90-1234-5678", "search words"} {
		b.Run(id, func(b *testing.B) {
			in := []byte(id)
			b.ReportAllocs()
			for b.Loop() {
				s.Knows(in)
			}
		})
	}
}

// BenchmarkCheckAgain is a retry of a request that was checked before.
func BenchmarkCheckAgain(b *testing.B) {
	s := stocked(b)
	ids, passwords := [][]byte{[]byte(sellerID)}, [][]byte{[]byte("not the right one")}
	b.ReportAllocs()
	for b.Loop() {
		if m, err := s.Check(context.Background(), Asker{}, ids, passwords); err != nil || m.Password {
			b.Fatal(m, err)
		}
	}
}
