package guard

import "bytes"

// packetEnd parts the packets that engine.io sends by polling.
const packetEnd = 0x1e

// looksPackets reports whether one of the first packets of b is of bytes: b and base64, or
// in older versions b4 behind a length.
// See https://socket.io/docs/v4/engine-io-protocol/#http-long-polling-1
func looksPackets(b []byte) bool {
	for n := 0; n < 4 && len(b) > 0; n++ {
		var packet []byte
		if packet, b, _ = bytes.Cut(b, []byte{packetEnd}); packetBytes(packet) != nil {
			return true
		}
	}
	return false
}

// readPackets reads each packet as a message of its own.
func readPackets(r *reader, p part) bool {
	for packet := range bytes.SplitSeq(p.body, []byte{packetEnd}) {
		if inner := packetBytes(packet); inner != nil {
			r.within(func() { readOpaque(r, part{body: inner}) })
		} else {
			r.nested(nil, packet)
		}
	}
	return true
}

// packetBytes returns the base64 of a packet of bytes; nil for others.
func packetBytes(packet []byte) []byte {
	if i := bytes.IndexByte(packet[:min(len(packet), 8)], ':'); i > 0 {
		packet = packet[i+1:] // a length
	}
	inner, ok := bytes.CutPrefix(packet, []byte("b"))
	if !ok {
		return nil
	}
	if looksOpaque(inner) {
		return inner
	}
	if inner, ok = bytes.CutPrefix(inner, []byte("4")); ok && looksOpaque(inner) {
		return inner
	}
	return nil
}
