//go:build !unix

package descriptors

import "math"

// limit is how many sockets this process may open. Windows bounds them by
// memory alone.
func limit() uint64 { return math.MaxUint32 }
