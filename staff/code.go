package staff

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/text/unicode/norm"
)

const (
	// secretSize is that of SHA-1's output (RFC 4226, section 4, R6).
	secretSize = 20
	// step is that of RFC 6238, section 4.1, and the only one that common
	// applications have.
	step = 30 * time.Second
	// skew is how many steps a device's clock may be off, either way (section 5.2).
	skew       = 1
	codeDigits = 6

	recoveryCodes = 8
	recoveryBytes = 10 // 16 letters of base32
)

// base32Text is how applications take a secret, and how recovery codes are written.
var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// timed is a secret that a person's device makes codes of (RFC 6238).
type timed struct {
	Secret []byte `json:"secret"`
	// Last is the step of the last code that was taken: each is taken once
	// (section 5.2), and none before it.
	Last int64 `json:"last"`
}

func (t *timed) ok() bool { return len(t.Secret) == secretSize && t.Last >= 0 }

// NewSecret returns a secret for [Store.SetTOTP].
func NewSecret() []byte {
	secret := make([]byte, secretSize)
	_, _ = rand.Read(secret) // never fails; it ends the process instead
	return secret
}

// SecretText is a secret as a person types it into a device that cannot read a
// picture.
func SecretText(secret []byte) string { return base32Text.EncodeToString(secret) }

// take reports whether code is one of now that was not taken before, and takes it.
func (t *timed) take(code string) bool {
	code = plain(code)
	if len(code) != codeDigits {
		return false
	}
	text := base32Text.EncodeToString(t.Secret)
	opts := hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	middle := time.Now().Unix() / int64(step/time.Second)
	for at := max(middle-skew, t.Last+1, 0); at <= middle+skew; at++ {
		want, err := hotp.GenerateCodeCustom(text, uint64(at), opts)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			t.Last = at
			return true
		}
	}
	return false
}

// plain is a code as it was made, whatever keyboard it was typed on: a Japanese one has
// digits, letters and hyphens in full width, and its hyphen key gives other strokes too.
// Blanks and hyphens, which people read a code by, are left out, and letters are capitals.
func plain(code string) string {
	const most = 40 // characters, each of which takes three octets in full width
	if len(code) > 3*most {
		return ""
	}
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || strings.ContainsRune("-‐–−ー", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(code)))
}

// CheckCode takes a code of the person's device, or a recovery code, which is used
// up by that. [ErrCode] when it is neither. The caller bounds how often it is asked.
func (s *Store) CheckCode(name, code string) error {
	err := s.edit(name, func(u *user) error {
		if u.TOTP != nil && u.TOTP.take(code) || u.takeRecovery(code) {
			return nil
		}
		return ErrCode
	})
	return err
}

// takeRecovery reports whether code is a recovery code, and uses it up.
func (f *factors) takeRecovery(code string) bool {
	sum := sha256.Sum256([]byte(plain(code)))
	i := slices.IndexFunc(f.Recovery, func(h []byte) bool { return bytes.Equal(h, sum[:]) })
	if i < 0 {
		return false
	}
	f.Recovery = slices.Delete(f.Recovery, i, i+1)
	return true
}

// NewRecovery replaces a person's recovery codes and returns them; they cannot be
// had again. [ErrUnknown] when nobody has the name, or nothing to show.
func (s *Store) NewRecovery(name string) (codes []string, err error) {
	err = s.edit(name, func(u *user) error {
		if !u.factors.shown().Any() {
			return ErrUnknown
		}
		codes, u.Recovery = newRecovery()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// newRecovery returns codes of 80 random bits, which need no slow hash, and their
// hashes.
func newRecovery() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		var b [recoveryBytes]byte
		_, _ = rand.Read(b[:]) // never fails; it ends the process instead
		text := base32Text.EncodeToString(b[:])
		sum := sha256.Sum256([]byte(text))
		hashes = append(hashes, sum[:])
		codes = append(codes, strings.ToLower(text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:]))
	}
	return codes, hashes
}
