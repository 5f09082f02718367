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
type Secret struct{ b []byte }

// newSecret copies v, so that the Finding does not hold on to the body.
func newSecret(v []byte) Secret { return Secret{append(make([]byte, 0, len(v)), v...)} }

// Bytes returns the value itself, not a copy. It is all zeroes after
// [Finding.Wipe].
func (s Secret) Bytes() []byte { return s.b }

// Format implements [fmt.Formatter], which goes before every other way that
// fmt has of printing a value, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (s Secret) String() string               { return redacted }
func (s Secret) GoString() string             { return redacted }
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
