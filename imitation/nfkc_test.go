package imitation

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestEachNFKC: it is NFKC, or says that it is not.
func TestEachNFKC(t *testing.T) {
	t.Parallel()
	done := 0
	check := func(text string) {
		got, ok := eachNFKC(nil, []byte(text))
		if !ok {
			return
		}
		done++
		if want := norm.NFKC.Bytes([]byte(text)); !bytes.Equal(got, want) {
			t.Errorf("%+q: got %+q; want %+q", text, got, want)
		}
	}
	for r := rune(0); r < 0x11000; r++ {
		if r < 0xd800 || r > 0xdfff {
			check(string(r))
			check("か" + string(r) + "a")
		}
	}
	starts := []rune{0x20, 0x80, 0x2000, 0x20b0, 0x20f0, 0x2600, 0x26e0, 0x2ff0, 0x3030, 0x3090, 0x30f0, 0x4e00, 0x9ff0, 0xff00, 0xff50, 0xffd0}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var text []rune
		for range 4 {
			text = append(text, starts[rng.IntN(len(starts))]+rng.Int32N(0x30))
		}
		check(string(text))
	}
	if done < 50_000 {
		t.Errorf("%d texts were made plain one by one; want most", done)
	}
}
