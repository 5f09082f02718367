package opening

import (
	"encoding/binary"
	"strings"
)

// Content types of TLS records (RFC 8446, section 5.1; RFC 6520, section 3).
const (
	firstRecord     = 20
	cipherChange    = 20
	alertRecord     = 21
	handshakeRecord = 22
	lastRecord      = 24
)

// major is the first byte of every version of TLS, and of SSL 3.
const major = 3

// noMajor is the first that no server takes for one: Go's take all below it before
// the ClientHello. GnuTLS takes those up to 3; BoringSSL, OpenSSL, NSS and rustls 3
// alone, with whatever behind it.
const noMajor = 0x10

// Record tells what begins TLS, which is Web, from everything else: a ClientHello, one
// in the form of SSL 2, or a record that a server may pass over before it (most do
// warnings). The version that stands in a record counts for little, since
// servers look at it only once one was agreed upon. It takes at least one byte.
func Record(said []byte) Kind {
	switch {
	case said[0] == handshakeRecord:
		return Web
	case said[0]&0xc0 == 0x80:
		return oldHello(said)
	case said[0] < firstRecord || said[0] > lastRecord:
		return Other
	case len(said) < 2:
		return Unclear
	case said[1] == major:
		return Web
	case said[1] >= noMajor:
		return Other
	}
	switch said[0] {
	case cipherChange:
		return form(said, "\x00\x01\x01")
	case alertRecord:
		return form(said, "\x00\x02\x01") // a warning
	}
	return Other
}

// form is the opening of what begins like a record of another version than TLS has.
// Lengths and tags do as well (Minecraft's first packet, to names of a usual length),
// so that its length has to be right, and its first byte.
func form(said []byte, want string) Kind {
	got := string(said[min(len(said), 3):])
	switch {
	case strings.HasPrefix(got, want):
		return Web
	case strings.HasPrefix(want, got):
		return Unclear
	}
	return Other
}

// oldHello is the opening of what has the first bit of a ClientHello of SSL 2 (RFC
// 5246, appendix E.2), in which OpenSSL, BoringSSL, NSS and JSSE are offered TLS. The
// second bit would make it longer than a record, and begins Telnet's commands, too.
func oldHello(said []byte) Kind {
	const head = 11 // length, type, version, and the lengths of what follows
	switch {
	case len(said) > 2 && said[2] != 1, len(said) > 3 && said[3] != major:
		return Other
	case len(said) < head:
		return Unclear
	}
	size := int(binary.BigEndian.Uint16(said)&^0x8000) + 2
	suites, session, challenge := binary.BigEndian.Uint16(said[5:]), binary.BigEndian.Uint16(said[7:]), binary.BigEndian.Uint16(said[9:])
	if head+int(suites)+int(session)+int(challenge) > size {
		return Other // as Thrift's compact calls
	}
	return Web
}
