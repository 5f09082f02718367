package trust

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
)

// Fingerprint tells TLS stacks on one client apart: a digest of the offers
// that an application does not vary from one connection to the next. It is no
// identity; whoever wants to can send the same.
type Fingerprint [16]byte

// FingerprintOf leaves out what varies by design: GREASE values (RFC 8701)
// and the order of extensions, which browsers shuffle.
func FingerprintOf(info *tls.ClientHelloInfo) Fingerprint {
	b := make([]byte, 0, 256)
	b = appendOffers(append(b, 1), info.CipherSuites)
	b = appendOffers(append(b, 2), info.SupportedVersions)
	b = appendOffers(append(b, 3), info.SupportedCurves)
	b = appendOffers(append(b, 4), info.SignatureSchemes)
	sum := sha256.Sum256(b)
	return Fingerprint(sum[:16])
}

// parseFingerprint reads what a file says of one.
func parseFingerprint(text string) (p Fingerprint, ok bool) {
	if len(text) != hex.EncodedLen(len(p)) {
		return p, false
	}
	_, err := hex.Decode(p[:], []byte(text))
	return p, err == nil
}

func appendOffers[T ~uint16](b []byte, values []T) []byte {
	for _, v := range values {
		if !isGrease(uint16(v)) {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	return b
}

func isGrease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }
