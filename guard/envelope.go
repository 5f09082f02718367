package guard

import (
	"encoding/binary"
	"slices"
	"strings"
)

// EnvelopeSize is what stands before each message of gRPC, gRPC-Web and Connect.
const EnvelopeSize = 5

// Envelope precedes a message (gRPC over HTTP/2, "Length-Prefixed-Message";
// Connect, "Streaming RPCs"). A compressed one is under the coding that the head's
// Grpc-Encoding or Connect-Content-Encoding names.
type Envelope struct {
	Compressed bool
	Length     int64
}

// ParseEnvelope reads the first EnvelopeSize bytes of b. It reports false for
// flags that no protocol has: bit 0 is compression, bit 1 ends a stream of
// Connect, bit 7 marks the trailers of gRPC-Web.
func ParseEnvelope(b []byte) (e Envelope, ok bool) {
	if len(b) < EnvelopeSize || b[0]&^0x83 != 0 {
		return e, false
	}
	return Envelope{b[0]&1 != 0, int64(binary.BigEndian.Uint32(b[1:]))}, true
}

// Enveloped reports whether a body of this Content-Type is a row of messages in
// envelopes.
func Enveloped(contentType string) bool {
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	media = strings.TrimSpace(media)
	for _, s := range [...]string{"application/grpc", "application/grpc-web"} {
		if rest, ok := strings.CutPrefix(media, s); ok && (rest == "" || rest[0] == '+') {
			return true
		}
	}
	return strings.HasPrefix(media, "application/connect+")
}

// messageCodings are the labels of what an envelope calls compressed.
func messageCodings(h Head) []string {
	return slices.Concat(h.Header["Grpc-Encoding"], h.Header["Connect-Content-Encoding"])
}

// InspectCall reads the next message that a client sends in the stream of the call
// h. before is the content of those before it, or of the latest of them. What the
// message says by itself is alone; together is what it says with before, of which it
// may be the second half: an ID in one, a password in the next. Messages of
// Protocol Buffers that stand one behind another are one that has the fields of all.
// content is the message without its coding, for the next call, and shares its
// memory where there was none.
func InspectCall(h Head, before, message []byte, compressed bool, x Hints) (alone, together Finding, content []byte) {
	r := newReader(x)
	r.sign("message")
	message = message[:min(len(message), MaxBody)]
	var labels []string
	if compressed {
		labels = messageCodings(h)
	}
	content = r.unwrap(labels, message, true)
	r.call(h, content)
	alone = r.finding(h)
	if len(before) > 0 {
		r := newReader(x)
		r.sign("message")
		r.call(h, append(append(make([]byte, 0, len(before)+len(content)), before...), content...))
		together = r.finding(h)
	}
	return alone, together, content
}

// call reads what messages of a call contain.
func (r *reader) call(h Head, content []byte) {
	media := ""
	if types := h.Header["Content-Type"]; len(types) > 0 {
		media, _ = mediaType(types[0])
	}
	for _, view := range r.views(content, "") {
		r.decode(part{body: view, media: media})
	}
}

// messages reads a body that is a row of messages by its label, and reports whether
// there is nothing else in it.
func (r *reader) messages(h Head, media string, body []byte) (all bool) {
	readable := true
	switch {
	case WebText(media):
		var p pieces
		body, readable = p.decode(make([]byte, 0, len(body)), body)
		body = p.end(body)
		r.sign("opaque")
	case !Enveloped(media):
		return false
	}
	content, ends, all := r.envelopes(h, body)
	r.call(h, content)
	r.call(h, ends)
	return all && readable
}

// envelopes returns the content of all messages in b, one behind another, that of
// what ends a stream, which is of another format, and whether there is nothing else.
func (r *reader) envelopes(h Head, b []byte) (content, ends []byte, all bool) {
	for {
		e, ok := ParseEnvelope(b)
		if !ok {
			return content, ends, len(b) == 0
		}
		last := b[0]&^1 != 0
		b = b[EnvelopeSize:]
		m := b[:min(int64(len(b)), e.Length)]
		b = b[len(m):]
		if e.Compressed {
			m = r.unwrap(messageCodings(h), m, int64(len(m)) == e.Length)
		}
		if last {
			ends = append(ends, m...)
		} else {
			content = append(content, m...)
		}
	}
}
