// Package socket asks the operating system what Go's own package does not tell of a
// connection: whether anything has come, and how far its other end has gone. Nothing is
// taken from it. Where the system does not say, neither does the package.
package socket

// Peer is what is known of a connection's other end.
type Peer uint8

// What may be known.
const (
	Unknown  Peer = iota
	There         // has not ended its direction
	Finished      // has ended its direction
	Gone          // has reset the connection
)
