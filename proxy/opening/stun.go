package opening

import (
	"encoding/binary"
	"strings"
)

// cookie stands at the same place of every message of STUN (RFC 8489, section 5).
const cookie = "\x21\x12\xa4\x42"

// stunHead is how much of a message tells that it is one: type, length and cookie.
const stunHead = 8

// stun tells what WebRTC says first from everything else: a request of STUN, as TURN's
// are, bare or behind the length that ICE over TCP writes (RFC 4571).
func stun(said []byte) Kind {
	bare := stunRequest(said)
	if bare != Other || len(said) == 0 || said[0] > 3 { // no request is of 1 KiB
		return bare
	}
	if len(said) < 2 {
		return Unclear
	}
	size, message := binary.BigEndian.Uint16(said), said[2:]
	const whole = 20 // of a message without attributes
	if size < whole || size%4 != 0 || len(message) >= 4 && binary.BigEndian.Uint16(message[2:]) != size-whole {
		return Other
	}
	return stunRequest(message)
}

// stunRequest is stun without that length. The method of every request is below 128
// (RFC 8489, section 18.2; RFC 8656, section 17), so that its first byte is zero.
func stunRequest(said []byte) Kind {
	switch {
	case len(said) > 0 && said[0] != 0, len(said) > 3 && said[3]%4 != 0:
		return Other
	case len(said) > 4 && !strings.HasPrefix(cookie, string(said[4:min(len(said), stunHead)])):
		return Other
	case len(said) < stunHead:
		return Unclear
	}
	return STUN
}
