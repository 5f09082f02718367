package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"sekisho/hostname"
)

// minter signs leaves. All leaves of a process have one key, made by it and never
// written anywhere: they lie in the same memory, so that whoever can read one key
// there can read them all, and a key for each would only cost a multiplication on
// the curve for every site. The issuing key is never shown as a leaf's.
//
// The certificate is put together here because [x509.CreateCertificate] checks the
// signature that it has just made, which costs three times as much as making it and
// is a guard against faulty hardware signers. Tests hold the result against it.
type minter struct {
	key  signer
	sign signer
	// chain is what stands behind the leaf.
	issuer *x509.Certificate
	// Parts that are the same in all leaves, in DER.
	version, algorithm, spki, organization []byte
	extensions                             []byte // those before the subject's names
}

// The DER tags in use (X.690, section 8).
const (
	tagBoolean, tagInteger, tagBits, tagOctets, tagOID = 0x01, 0x02, 0x03, 0x04, 0x06
	tagUTF8, tagPrintable                              = 0x0c, 0x13
	tagUTCTime, tagTime                                = 0x17, 0x18
	tagSequence, tagSet                                = 0x30, 0x31
	tagKeyID, tagDNSName, tagIP                        = 0x80, 0x82, 0x87
	tagVersion, tagExtensions                          = 0xa0, 0xa3
)

// Object identifiers, as DER has them (RFC 5480 and RFC 5280, appendix A).
var (
	oidECDSAWithSHA256  = []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
	oidOrganization     = []byte{0x55, 0x04, 0x0a}
	oidCommonName       = []byte{0x55, 0x04, 0x03}
	oidKeyUsage         = []byte{0x55, 0x1d, 0x0f}
	oidExtKeyUsage      = []byte{0x55, 0x1d, 0x25}
	oidBasicConstraints = []byte{0x55, 0x1d, 0x13}
	oidAuthorityKeyID   = []byte{0x55, 0x1d, 0x23}
	oidSubjectAltName   = []byte{0x55, 0x1d, 0x11}
	oidServerAuth       = []byte{0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01}
)

func newMinter(issuer *x509.Certificate, sign signer) (*minter, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make leaf key: %w", err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encode leaf key: %w", err)
	}
	m := &minter{
		key: signer{key}, sign: sign, issuer: issuer,
		version:      der(tagVersion, der(tagInteger, []byte{2})), // v3
		algorithm:    der(tagSequence, der(tagOID, oidECDSAWithSHA256)),
		spki:         spki,
		organization: attribute(oidOrganization, leafOrganization),
		extensions: slices.Concat(
			extension(oidKeyUsage, true, der(tagBits, []byte{7, 0x80})), // digitalSignature, the first of its bits
			extension(oidExtKeyUsage, false, der(tagSequence, der(tagOID, oidServerAuth))),
			extension(oidBasicConstraints, true, der(tagSequence)), // no CA
		),
	}
	if id := issuer.SubjectKeyId; len(id) > 0 {
		m.extensions = append(m.extensions, extension(oidAuthorityKeyID, false, der(tagSequence, der(tagKeyID, id)))...)
	}
	return m, nil
}

// mint signs a leaf for n, which the caller has checked, within the given times.
func (m *minter) mint(n hostname.Name, from, until time.Time) (*tls.Certificate, error) {
	tbs := m.toBeSigned(n, newSerial(), from, until)
	sum := sha256.Sum256(tbs)
	signature, err := m.sign.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign leaf for %q: %w", n.String(), err)
	}
	raw := der(tagSequence, tbs, m.algorithm, der(tagBits, []byte{0}, signature))
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, fmt.Errorf("read leaf for %q: %w", n.String(), err)
	}
	return &tls.Certificate{Certificate: [][]byte{raw, m.issuer.Raw}, PrivateKey: m.key, Leaf: leaf}, nil
}

// toBeSigned is the TBSCertificate (RFC 5280, section 4.1), with the extensions in
// the order of x509's.
func (m *minter) toBeSigned(n hostname.Name, serial []byte, from, until time.Time) []byte {
	host := n.String()
	subject := m.organization
	if len(host) <= maxCommonName {
		subject = slices.Concat(subject, attribute(oidCommonName, host))
	}
	san := der(tagDNSName, []byte(host))
	if addr, ok := n.Addr(); ok {
		san = der(tagIP, addr.AsSlice())
		if addr.Is4() {
			// Somebody may have written it as an address of IPv6 (RFC 4291, section 2.5.5.2),
			// which is the same to us. Chromium compares the bytes, and a page that has it refuse
			// a leaf makes of it a browser that does not trust the authority.
			mapped := addr.As16()
			san = append(san, der(tagIP, mapped[:])...)
		}
	}
	return der(
		tagSequence, m.version, der(tagInteger, serial), m.algorithm, m.issuer.RawSubject,
		der(tagSequence, moment(from), moment(until)),
		der(tagSequence, subject), m.spki,
		der(tagExtensions, der(tagSequence, m.extensions, extension(oidSubjectAltName, false, der(tagSequence, san)))),
	)
}

// newSerial is a positive number of 20 octets, the most that RFC 5280, section
// 4.1.2.2, allows, of which 158 bits are random.
func newSerial() []byte {
	serial := make([]byte, 20)
	_, _ = rand.Read(serial) // never fails: crypto/rand ends the process instead
	serial[0] = serial[0]&0x7f | 0x40
	return serial
}

// attribute is a RelativeDistinguishedName with one string. Where the characters
// allow it the string is a PrintableString, as x509 and most others write it.
func attribute(oid []byte, value string) []byte {
	tag := byte(tagPrintable)
	if strings.Contains(value, "_") { // the one character in our names that it has not got
		tag = tagUTF8
	}
	return der(tagSet, der(tagSequence, der(tagOID, oid), der(tag, []byte(value))))
}

func extension(oid []byte, critical bool, value []byte) []byte {
	var mark []byte
	if critical {
		mark = der(tagBoolean, []byte{0xff})
	}
	return der(tagSequence, der(tagOID, oid), mark, der(tagOctets, value))
}

// moment is t in whole seconds, in the form that RFC 5280, section 4.1.2.5, has
// for its year.
func moment(t time.Time) []byte {
	if t = t.UTC(); t.Year() < 2050 {
		return der(tagUTCTime, t.AppendFormat(nil, "060102150405Z"))
	}
	return der(tagTime, t.AppendFormat(nil, "20060102150405Z"))
}

// der is one value in DER, of less than 64 KiB.
func der(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := make([]byte, 0, n+4)
	switch {
	case n < 1<<7:
		out = append(out, tag, byte(n))
	case n < 1<<8:
		out = append(out, tag, 0x81, byte(n))
	default:
		out = append(out, tag, 0x82, byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
