package lookalike

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The weights that are shipped can be read, and are what is written again.
func TestWeights(t *testing.T) {
	t.Parallel()
	if len(weightsFile) > MaxWeights {
		t.Errorf("weights.bin has %d bytes; at most %d are allowed", len(weightsFile), MaxWeights)
	}
	m := new(Model)
	if err := m.UnmarshalBinary(weightsFile); err != nil {
		t.Fatalf("weights.bin: %v", err)
	}
	again, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, weightsFile) {
		t.Error("weights.bin is not what is written of what is read")
	}
	if m.Warn >= m.Block || len(m.Forest.Roots) == 0 {
		t.Errorf("warn at %d, block at %d, %d trees", m.Warn, m.Block, len(m.Forest.Roots))
	}
}

func TestWeightsDamaged(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"empty":   nil,
		"cut":     weightsFile[:len(weightsFile)-1],
		"longer":  append(bytes.Clone(weightsFile), 0),
		"version": append([]byte("sekisho lookalike 000\n"), weightsFile[len(version):]...),
		"huge":    make([]byte, MaxWeights+1),
	} {
		if err := new(Model).UnmarshalBinary(data); !errors.Is(err, ErrWeights) {
			t.Errorf("%s: %v; want ErrWeights", name, err)
		}
	}
	for at := 0; at < len(weightsFile); at += 997 {
		bad := bytes.Clone(weightsFile)
		bad[at] ^= 0x10
		if err := new(Model).UnmarshalBinary(bad); !errors.Is(err, ErrWeights) {
			t.Errorf("a bit of byte %d: %v; want ErrWeights", at, err)
		}
	}
}

func TestForestValid(t *testing.T) {
	t.Parallel()
	leaf := Node{Feature: Leaf, Threshold: 5}
	for _, tt := range []struct {
		name string
		f    Forest
		want bool
	}{
		{"none", Forest{}, true},
		{"a leaf", Forest{[]uint16{0}, []Node{leaf}}, true},
		{"a question", Forest{[]uint16{0}, []Node{{0, 3, 2}, leaf, leaf}}, true},
		{"a circle", Forest{[]uint16{0}, []Node{{0, 3, 0}, leaf, leaf}}, false},
		{"beyond the end", Forest{[]uint16{0}, []Node{{0, 3, 3}, leaf, leaf}}, false},
		{"into the next tree", Forest{[]uint16{0, 2}, []Node{{0, 3, 2}, leaf, leaf}}, false},
		{"a question at the end", Forest{[]uint16{0}, []Node{leaf, {0, 3, 1}}}, false},
		{"no such feature", Forest{[]uint16{0}, []Node{{uint8(FeatureCount), 3, 2}, leaf, leaf}}, false},
		{"a root beyond", Forest{[]uint16{1}, []Node{leaf}}, false},
	} {
		if got := tt.f.valid(); got != tt.want {
			t.Errorf("%s: %v; want %v", tt.name, got, tt.want)
		}
	}
	f := Forest{[]uint16{0, 3}, []Node{{0, 3, 2}, {Leaf, 10, 0}, {Leaf, 20, 0}, leaf}}
	for x, want := range map[int16]int32{3: 15, 4: 25} {
		if got := f.Sum(&[FeatureCount]int16{x}); got != want {
			t.Errorf("sum at %d is %d; want %d", x, got, want)
		}
	}
}

func TestCostsBest(t *testing.T) {
	t.Parallel()
	c := &trained().Costs
	for _, tt := range []struct{ text, piece string }{
		{"amazon", "amazon"}, {"www-amazon-jp", "amazon"}, {"xxamozonyy", "amozon"}, {"loginamaznologin", "amazno"}, {"qqarnazonqq", "arnazon"},
	} {
		w := c.best([]byte(tt.text))
		if got := tt.text[w.from:w.to]; got != tt.piece || w.worth < trained().Floor {
			t.Errorf("%s: %q, worth %d; want %q", tt.text, got, w.worth, tt.piece)
		}
	}
	plain, odd := c.best([]byte("amazon")), c.best([]byte("amozan"))
	if plain.worth <= odd.worth {
		t.Errorf("amazon is worth %d, amozan %d", plain.worth, odd.worth)
	}
}

// N-grams are told apart by where they stand, and the same ones are the same.
func TestGrams(t *testing.T) {
	t.Parallel()
	own, below := appendGrams(nil, []byte("amazon"), true), appendGrams(nil, []byte("amazon"), false)
	if diff := cmp.Diff(own, appendGrams(nil, []byte("amazon"), true)); diff != "" {
		t.Errorf("not the same twice: %s", diff)
	}
	if cmp.Equal(own, below) {
		t.Error("the registrable label and one before it have the same n-grams")
	}
	if want := 6 + 5 + 4; len(own) != want { // of .amazon.: three, four and five characters
		t.Errorf("%d n-grams; want %d", len(own), want)
	}
	for _, g := range own {
		if g >= Grams {
			t.Errorf("n-gram %d is beyond the weights", g)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, piece string
		edits       int
	}{
		{"seller-central", "seller-central", 0},
		{"my-seller-centralsupport", "seller-central", 0},
		{"5ellercentra1", "5ellercentra1", 0},
		{"xselerc-entralx", "selerc-entral", 1},
		{"best-sellers", "", 3},
	} {
		from, to, edits := within([]byte(tt.text), "sellercentral", maxSpread)
		if got := tt.text[from:to]; edits != tt.edits || edits <= maxSpread && got != tt.piece {
			t.Errorf("%s: %q by %d edits; want %q by %d", tt.text, got, edits, tt.piece, tt.edits)
		}
	}
}

func TestNearlySeller(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{
		"セラーセントラル": 8, "セラーセントラルログイン": 8, "セラーセントル": 7, "セラーセセントラル": 9, "セラーセソトラル": 8, "セラーセントルラ": 8,
		"セラー": 0, "セントラル": 0, "アマゾン": 0, "": 0,
	} {
		if got := nearlySeller(s) / len("セ"); got != want {
			t.Errorf("%s: %d characters; want %d", s, got, want)
		}
	}
}
