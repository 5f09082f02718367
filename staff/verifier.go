package staff

import (
	"crypto/rand"
	"crypto/subtle"

	"golang.org/x/crypto/argon2"
)

// Cost is what argon2id spends on one password (RFC 9106, section 3.1), always in
// one lane.
type Cost struct {
	Time   uint32 // passes over the memory
	Memory uint32 // KiB
}

// DefaultCost is the second recommended option of RFC 9106, section 4, in one lane
// instead of four, as a small machine has no more cores to give: about 150 ms, as
// BenchmarkSignIn measures.
var DefaultCost = Cost{Time: 3, Memory: 64 << 10}

// What a file may ask for. Beyond it, whoever can write the file could have
// sekisho eat all memory.
const (
	maxTime   = 8
	minMemory = 8
	maxMemory = 256 << 10
)

const (
	saltSize = 16
	hashSize = 32
)

// verifier recognises one password, which cannot be had from it but by guessing.
type verifier struct {
	Salt   []byte `json:"salt"`
	Time   uint32 `json:"time"`
	Memory uint32 `json:"memory"`
	Hash   []byte `json:"argon2id"`
}

// newVerifier takes a prepared password.
func newVerifier(password []byte, c Cost) verifier {
	v := verifier{Salt: make([]byte, saltSize), Time: c.Time, Memory: c.Memory}
	_, _ = rand.Read(v.Salt) // never fails; it ends the process instead
	v.Hash = v.hash(password)
	return v
}

// newDecoy returns a verifier that costs the same and that nothing matches: the
// hash is random.
func newDecoy(c Cost) verifier {
	v := verifier{Salt: make([]byte, saltSize), Time: c.Time, Memory: c.Memory, Hash: make([]byte, hashSize)}
	_, _ = rand.Read(v.Salt)
	_, _ = rand.Read(v.Hash)
	return v
}

// matches takes long on purpose.
func (v verifier) matches(password []byte) bool {
	h := v.hash(password)
	defer clear(h)
	return subtle.ConstantTimeCompare(h, v.Hash) == 1
}

func (v verifier) hash(password []byte) []byte {
	return argon2.IDKey(password, v.Salt, v.Time, v.Memory, 1, hashSize)
}

func (v verifier) ok() bool {
	return len(v.Salt) == saltSize && len(v.Hash) == hashSize &&
		v.Time >= 1 && v.Time <= maxTime && v.Memory >= minMemory && v.Memory <= maxMemory
}
