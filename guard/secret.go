package guard

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is all that any printer gets to see of a Secret.
const redacted = "[secret]"

// Secret is a value that must not be printed. fmt under every verb, JSON,
// text encodings, slog and zap's reflection print "[secret]" in its place,
// also where it lies within another struct or slice. The zero Secret is empty.
//
// The value lies behind a function, because fmt does not ask the methods of
// what lies within a value that it has no verb for: Printf("%s", &struct) would
// print bytes, and so would any printer that walks memory by reflection.
type Secret struct {
	get   func() []byte
	place Place
}

// Place is where in a request a value stood.
type Place uint8

// The places. A page that loads its own files and data writes to all but the first: one
// value in several counts as of the first of them.
const (
	InBody Place = iota // a body, a message, the query of what is no GET
	InHead              // the query of a GET, a header, a cookie, the name of the host
	InPath              // a segment of a path

	Places = iota
)

// Place returns where the value stood.
func (s Secret) Place() Place { return s.place }

// newSecret copies v, so that the Finding does not hold on to the body.
func newSecret(v []byte, place Place) Secret {
	b := append(make([]byte, 0, len(v)), v...)
	return Secret{func() []byte { return b }, place}
}

// Bytes returns the value itself, not a copy. It is all zeroes after
// [Finding.Wipe].
func (s Secret) Bytes() []byte {
	if s.get == nil {
		return nil
	}
	return s.get()
}

// Format implements [fmt.Formatter], which goes before every other way that
// fmt has of printing a value, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (s Secret) String() string               { return redacted }
func (s Secret) GoString() string             { return redacted }
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
