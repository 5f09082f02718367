//go:build !unix

package proxy

import "math"

// openFiles is how many sockets this process may open. Windows bounds them by
// memory alone.
func openFiles() uint64 { return math.MaxUint32 }
