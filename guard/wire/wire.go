// Package wire finds the strings in messages of binary formats: MessagePack, CBOR and
// Protocol Buffers. All else in them, numbers above all, is walked over.
//
// Bytes come from strangers: what is nested deeply, or holds more values than a sign-in
// needs by far, is given up, and nothing is allocated for a length that is only claimed.
package wire

// Sink takes the strings of a message while it is read, in their order. name is the key of
// a map, or what the caller called the message where there is none; both are parts of the
// message, to be kept unchanged or copied. A message that turns out to be broken has given
// those before the break.
type Sink interface {
	Text(name, value []byte)
}

const (
	maxDepth  = 32   // of nesting
	maxValues = 8192 // of a message, nested ones included
)
