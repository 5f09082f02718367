package lookalike

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

//go:embed weights.bin
var weightsFile []byte

// trained is the model in weights.bin, decoded when the first name is judged.
// A file that cannot be decoded is a bug in this repository, and the tests
// find it.
var trained = sync.OnceValue(func() *Model {
	m := new(Model)
	if err := m.UnmarshalBinary(weightsFile); err != nil {
		panic(fmt.Sprintf("lookalike: weights.bin: %v; run go run ./rules/lookalike/train", err))
	}
	return m
})

// version begins a weights file. Its last digits change whenever the file or
// the meaning of what is in it does, so that old weights never meet new code.
const version = "sekisho lookalike 002\n"

// MaxWeights is the most that a weights file may hold, in bytes.
const MaxWeights = 512 << 10

// ErrWeights is returned for a weights file that is damaged or of another
// version.
var ErrWeights = errors.New("not a weights file of this version")

// fixed is what has the same size in every weights file, as it is written,
// with the numbers of what comes behind it: trees and nodes.
type fixed struct {
	Costs        Costs
	Pairs        [Symbols][Symbols]uint8
	Grams        [Grams]int8
	Floor        int16
	Warn, Block  int32
	Roots, Nodes uint32
}

// MarshalBinary returns the weights file of m: the version, the numbers in
// little-endian order and the SHA-256 of all that.
func (m *Model) MarshalBinary() ([]byte, error) {
	f := fixed{
		Costs: m.Costs, Pairs: m.Pairs, Floor: m.Floor, Warn: m.Warn, Block: m.Block,
		Roots: uint32(len(m.Forest.Roots)), Nodes: uint32(len(m.Forest.Nodes)),
	}
	copy(f.Grams[:], m.Grams)
	b := bytes.NewBufferString(version)
	for _, part := range []any{&f, m.Forest.Roots, m.Forest.Nodes} {
		if err := binary.Write(b, binary.LittleEndian, part); err != nil {
			return nil, fmt.Errorf("write weights: %w", err)
		}
	}
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	if b.Len() > MaxWeights {
		return nil, fmt.Errorf("write weights: %d bytes; at most %d are allowed", b.Len(), MaxWeights)
	}
	return b.Bytes(), nil
}

// UnmarshalBinary reads what [Model.MarshalBinary] wrote. Of anything else it
// returns [ErrWeights] and leaves m as it is.
func (m *Model) UnmarshalBinary(data []byte) error {
	if len(data) > MaxWeights || len(data) < len(version)+sha256.Size || string(data[:len(version)]) != version {
		return ErrWeights
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return fmt.Errorf("%w: the checksum is wrong", ErrWeights)
	}
	r := bytes.NewReader(body[len(version):])
	var f fixed
	if err := binary.Read(r, binary.LittleEndian, &f); err != nil {
		return fmt.Errorf("%w: %w", ErrWeights, err)
	}
	if f.Roots > MaxWeights || f.Nodes > MaxWeights {
		return ErrWeights
	}
	t := Forest{Roots: make([]uint16, f.Roots), Nodes: make([]Node, f.Nodes)}
	for _, part := range []any{t.Roots, t.Nodes} {
		if err := binary.Read(r, binary.LittleEndian, part); err != nil {
			return fmt.Errorf("%w: %w", ErrWeights, err)
		}
	}
	if r.Len() > 0 || !t.valid() || f.Warn > f.Block {
		return ErrWeights
	}
	*m = Model{
		Costs: f.Costs, Pairs: f.Pairs, Grams: f.Grams[:], Floor: f.Floor,
		Warn: f.Warn, Block: f.Block, Forest: t,
	}
	return nil
}
