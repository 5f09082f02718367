package guard

import (
	"bytes"

	"sekisho/guard/wire"
)

// part is a body, or a part of one that is a body itself.
type part struct {
	body   []byte
	media  string // lower case, without parameters; "" if unlabelled
	params string // what follows the media type, as sent
	label  []byte // the name of the field that it is the value of, if any
}

// decoder reads one format. It gives the fields to the reader and reports
// whether the part was, to its last byte, of that format.
type decoder struct {
	name   string
	labels func(media string) bool
	looks  func(b []byte) bool
	read   func(r *reader, p part) bool
}

// decoders in the order in which they are asked. The one that the label names
// goes first; a page may label as it likes, so that looks decide next.
var decoders = []decoder{
	{"multipart", isMedia("multipart/"), looksMultipart, readMultipart},
	{"json", isMedia("json"), looksJSON, readJSONPart},
	{"xml", isMedia("xml"), looksXML, readXML},
	{"form", isMedia("x-www-form-urlencoded"), looksForm, readFormPart},
	{"graphql", isMedia("graphql"), looksGraphQL, readGraphQLPart},
	{"plain", isMedia("text/plain"), looksPlain, readPlain},
	{"packets", isMedia("engine.io"), looksPackets, readPackets},
	{"opaque", isOpaque, looksOpaque, readOpaque},
	{"armour", isMedia("ascii85"), armoured, readArmour},
	{"msgpack", isMedia("msgpack"), wire.LooksMsgpack, readMsgpack},
	{"cbor", isMedia("cbor"), wire.LooksCBOR, readCBOR},
	{"protobuf", isMedia("proto"), looksProtobuf, readProtobuf},
	{"strings", isMedia("octet-stream"), looksBinary, readStrings},
}

func init() {
	// Decoders call decode for what is nested, so the table cannot refer to
	// them in its own initialiser without a cycle.
	table = decoders
}

var table []decoder

// isMedia reports whether a media type contains s.
func isMedia(s string) func(string) bool {
	return func(media string) bool { return media != "" && bytes.Contains([]byte(media), []byte(s)) }
}

// isOpaque names base64 itself, and gRPC in base64.
func isOpaque(media string) bool { return isMedia("base64")(media) || isMedia("grpc-web-text")(media) }

// decode reads p by its label, then by its looks, until a decoder accounts
// for all of it, and reports whether one did.
func (r *reader) decode(p part) (whole bool) {
	if len(bytes.TrimSpace(p.body)) == 0 || !r.spend(len(p.body)) {
		return true
	}
	first := -1
	for i, d := range table {
		if p.media != "" && d.labels(p.media) {
			first = i
			if r.try(d, p) {
				return true
			}
			break
		}
	}
	for i, d := range table {
		if i != first && d.looks(p.body) && r.try(d, p) {
			return true
		}
	}
	return false
}

// try runs one decoder and signs for what it found.
func (r *reader) try(d decoder, p part) bool {
	before := r.loud
	done := d.read(r, p)
	if r.loud > before {
		r.sign(d.name)
	}
	return done
}

// within runs f one level deeper, unless that is too deep.
func (r *reader) within(f func()) {
	if r.depth < maxNested {
		r.depth++
		f()
		r.depth--
	}
}

// nested looks into a value that may itself be a message. The tests go from
// the cheapest on; nearly all values fail each of them.
func (r *reader) nested(name, v []byte) {
	if r.depth >= maxNested || len(v) < 8 || email(v) {
		return
	}
	inside := func(read func(*reader, part) bool) {
		if r.spend(len(v)) {
			r.within(func() { read(r, part{body: v, label: name}) })
		}
	}
	if r.everything() && armoured(v) { // may have the braces of JSON in it
		inside(readArmour)
	}
	switch {
	case looksJSON(v):
		whole := false
		inside(func(r *reader, p part) bool { whole = readJSONPart(r, p); return whole })
		switch {
		case whole || len(v) < 12:
		case looksPlain(v) || bytes.IndexByte(v, '@') >= 0:
			inside(readPlain) // "[+] Amazon", {email:'…'}
		default:
			r.aroundNumbers(v)
		}
		return
	case v[0] == '<' && looksXML(v):
		inside(readXML)
		return
	case bytes.IndexByte(v, '%') >= 0 && bytes.IndexByte(v, ' ') < 0:
		if again := unescape(v, true); !bytes.Equal(again, v) {
			r.within(func() { r.add(name, again, text) })
		}
	case looksOpaque(v):
		inside(readOpaque)
		return
	}
	if again := respelled(v); again != nil {
		r.within(func() { r.add(name, again, text) })
	}
	switch {
	case looksForm(v) && (bytes.IndexByte(v, '&') > 0 || bytes.IndexByte(v, ';') > 0):
		inside(readFormPart)
	case looksGraphQL(v):
		inside(readGraphQLPart)
	case len(v) >= 12 && looksPlain(v):
		inside(readPlain)
	}
	if q := bytes.IndexByte(v, '?'); q >= 0 && bytes.IndexByte(v[q:], '=') > 0 && bytes.IndexByte(v, ' ') < 0 {
		r.within(func() { r.form(v[q+1:], false) })
	}
}
