package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"time"

	"golang.org/x/crypto/argon2"
)

// Cost is what argon2id spends on one password (RFC 9106, section 3.1), always in
// one lane.
type Cost struct {
	Time   uint32 // passes over the memory
	Memory uint32 // KiB
}

// DefaultCost takes about 50 ms of one core of a small machine; BenchmarkVerify
// measures it. Little time and much memory is what RFC 9106, section 4, prefers:
// memory is what a guesser cannot buy cheaply.
var DefaultCost = Cost{Time: 1, Memory: 64 << 10}

// What a file may ask for. Beyond it, whoever can write the file could have
// sekisho eat all memory.
const (
	maxTime   = 8
	minMemory = 8
	maxMemory = 256 << 10
)

func (c Cost) ok() bool {
	return c.Time >= 1 && c.Time <= maxTime && c.Memory >= minMemory && c.Memory <= maxMemory
}

const (
	saltSize = 16
	keySize  = 32

	// tagSize cuts verifiers to 40 bits: a wrong password is taken for the right
	// one once in 2^40, and a stolen verifier never proves a guess right.
	tagSize = 5
)

// verifier recognises one password. The password cannot be had from it.
type verifier struct {
	Salt   []byte    `json:"salt"`
	Time   uint32    `json:"time"`
	Memory uint32    `json:"memory"`
	Tag    []byte    `json:"tag"`
	Until  time.Time `json:"until,omitzero"` // when it stops counting; zero for the one in force
}

func newVerifier(password, key []byte, c Cost) verifier {
	v := verifier{Salt: make([]byte, saltSize), Time: c.Time, Memory: c.Memory}
	_, _ = rand.Read(v.Salt) // never fails; it ends the process instead
	v.Tag = v.tag(password, key)
	return v
}

// matches runs argon2id, which takes long on purpose.
func (v verifier) matches(password, key []byte) bool {
	tag := v.tag(password, key)
	defer clear(tag)
	return subtle.ConstantTimeCompare(tag, v.Tag) == 1
}

func (v verifier) tag(password, key []byte) []byte {
	slow := argon2.IDKey(password, v.Salt, v.Time, v.Memory, 1, keySize)
	defer clear(slow)
	return keyed(key, "sekisho account verifier 1", slow)[:tagSize]
}

// keyed is HMAC-SHA-256 of data for one purpose.
func keyed(key []byte, purpose string, data ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(purpose))))
	h.Write([]byte(purpose))
	for _, d := range data {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(d))))
		h.Write(d)
	}
	return h.Sum(nil)
}

func random32() (b [32]byte) {
	_, _ = rand.Read(b[:])
	return b
}
