package tlsflight

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"slices"
)

// maxEmptyFlight is how long the first encrypted record of a client of TLS 1.3 is at
// most when it gave no certificate: an empty Certificate (8 bytes) and Finished (36 or
// 52) in one record are 61 or 77 with its tag, with the settings of ALPS that Chromium
// sends (empty ones) 10 more; OpenSSL and Java send the messages apart, Java with 16
// bytes of padding. A server can have 255 more: its request may hold a context to be
// echoed (RFC 8446, section 4.3.2), which it must not in a handshake, and which browsers,
// Go and GnuTLS refuse, but OpenSSL and Java do echo. That makes 280 and 296 bytes, and
// 332 with Finished. A certificate of 310 bytes, less than those in use have, takes
// 340 alone and 450 with its signature and Finished.
const maxEmptyFlight = 336

// alertRecord is the length of an encrypted record that holds an alert alone.
const alertRecord = 19

// Content types of records (RFC 8446, section 5.1), of which one of type
// [RecordHandshake] begins a connection.
const (
	recordCCS       = 20
	recordAlert     = 21
	RecordHandshake = 22
	recordData      = 23
)

const (
	maxRecord       = 1<<14 + 256
	typeClientHello = 1
	typeServerHello = 2
	typeCertificate = 11

	extEarlyData         = 42
	extPreSharedKey      = 41
	extSupportedVersions = 43
)

// Gift is what a client's first flight behind the hellos says of a certificate.
type Gift uint8

// What it may say.
const (
	Unknown     Gift = iota // not all is here
	Certificate             // it gives one
	None                    // it has none to give, or was not asked
	Resumed                 // it goes on with an earlier session
	Ended                   // the client gave up
)

// serverHello is what matters of one.
type serverHello struct {
	retry, tls13, resumes bool
}

// helloRetry is the random of a HelloRetryRequest (RFC 8446, section 4.1.3).
var helloRetry = []byte{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// Early reports whether the hello in info announces data before any answer.
func Early(info *tls.ClientHelloInfo) bool { return slices.Contains(info.Extensions, extEarlyData) }

// messageIn returns the first handshake message in the plaintext records at the start of b,
// and behind which byte of b its last record ends. Change-cipher-spec records before it
// are skipped. It is nil as long as not all is here; ok is false for anything else.
func messageIn(b []byte) (message []byte, end int, ok bool) {
	var got []byte
	for at := 0; ; {
		if len(b)-at < 5 {
			return nil, 0, true
		}
		n := int(binary.BigEndian.Uint16(b[at+3:]))
		switch {
		case b[at] == recordCCS && len(got) == 0 && n == 1, b[at] == RecordHandshake && n > 0 && n <= maxRecord:
		default:
			return nil, 0, false
		}
		if len(b)-at < 5+n {
			return nil, 0, true
		}
		if b[at] == RecordHandshake {
			got = append(got, b[at+5:at+5+n]...)
		}
		at += 5 + n
		if len(got) < 4 {
			continue
		}
		if size := 4 + (int(got[1])<<16 | int(got[2])<<8 | int(got[3])); size > maxRecord {
			return nil, 0, false
		} else if len(got) >= size {
			return got[:size], at, true
		}
	}
}

// parseServerHello reads a ServerHello message (RFC 8446, section 4.1.3; RFC 5246,
// section 7.4.1.3).
func parseServerHello(m []byte) (h serverHello, ok bool) {
	if len(m) < 4+2+32+1 || m[0] != typeServerHello {
		return h, false
	}
	h.retry = bytes.Equal(m[6:38], helloRetry)
	session := int(m[38])
	rest := m[39:]
	if len(rest) < session+3 {
		return h, false
	}
	if rest = rest[session+3:]; len(rest) == 0 {
		return h, !h.retry // without extensions: TLS 1.2
	}
	if len(rest) < 2 || int(binary.BigEndian.Uint16(rest)) != len(rest)-2 {
		return h, false
	}
	for rest = rest[2:]; len(rest) > 0; {
		if len(rest) < 4 {
			return h, false
		}
		kind, n := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if rest = rest[4:]; len(rest) < n {
			return h, false
		}
		switch kind {
		case extSupportedVersions:
			h.tls13 = n == 2 && rest[0] == 3 && rest[1] >= 4
		case extPreSharedKey:
			h.resumes = true
		}
		rest = rest[n:]
	}
	return h, !h.retry || h.tls13
}

// giftIn reads the beginning of what a client says behind its hello, after the server
// has answered with h.
func giftIn(b []byte, h serverHello) Gift {
	var message []byte // of TLS 1.2
	for len(b) >= 5 {
		n := int(binary.BigEndian.Uint16(b[3:]))
		if n == 0 || n > maxRecord {
			return None
		}
		switch kind := b[0]; {
		case kind == recordAlert:
			return Ended
		case kind == recordCCS && !h.tls13:
			return Resumed
		case kind == recordCCS && n == 1:
		case kind == recordData && h.tls13:
			switch {
			case h.resumes:
				return Resumed
			case n == alertRecord:
				return Ended
			case n > maxEmptyFlight:
				return Certificate
			}
			return None
		case kind == RecordHandshake && !h.tls13:
			message = append(message, b[5:min(len(b), 5+n)]...)
			if len(message) > 0 && message[0] != typeCertificate {
				return None // ClientKeyExchange: it was not even asked
			}
			if len(message) >= 7 { // the length of the list
				if message[4]|message[5]|message[6] == 0 {
					return None
				}
				return Certificate
			}
		default:
			return None
		}
		if len(b) < 5+n {
			return Unknown
		}
		b = b[5+n:]
	}
	return Unknown
}
