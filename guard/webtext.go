package guard

import "strings"

// WebText reports whether a body of this Content-Type is a row of messages in
// envelopes, as base64 (gRPC-Web, "Protocol differences vs gRPC over HTTP2").
func WebText(contentType string) bool {
	media, _ := mediaType(contentType)
	rest, ok := strings.CutPrefix(media, "application/grpc-web-text")
	return ok && (rest == "" || rest[0] == '+')
}

// TornText returns how many bytes at the end of b, the beginning of a body that
// [WebText] reports, belong to a message that is not here as a whole. It is 0 if b is
// no such body after all.
func TornText(b []byte) int {
	var (
		p     pieces
		few   [3]byte
		head  = make([]byte, 0, EnvelopeSize)
		left  int64 // of the message under way, behind its envelope
		begin int   // where that one begins
	)
	for i := range b {
		out, ok := p.decode(few[:0], b[i:i+1])
		if !ok {
			return 0
		}
		for _, c := range out {
			if left > 0 {
				if left--; left == 0 {
					begin = i - 3 // with the group in which the last one ends
				}
				continue
			}
			if head = append(head, c); len(head) < EnvelopeSize {
				continue
			}
			e, ok := ParseEnvelope(head)
			if !ok {
				return 0
			}
			head, left = head[:0], e.Length
		}
		if left == 0 && len(head) == 0 && p.letters == 0 {
			begin = i + 1
		}
	}
	return len(b) - max(0, begin)
}
