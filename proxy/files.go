package proxy

const (
	// reservedFiles stay free for the journal, the resolver and the console,
	// so that a flood at the proxy silences none of them.
	reservedFiles = 32
	// filesPerConnection is what a tunnel costs: the client's socket and the
	// origin's.
	filesPerConnection = 2
)

// within lowers the bounds to what fits into four fifths of the file
// descriptors that the process may open, so that accept never meets the limit
// itself. The Go runtime has raised the soft limit to the hard one before.
func (b bounds) within(files uint64) bounds {
	budget := files / 5 * 4
	budget -= min(budget, reservedFiles)
	fit := int(min(budget/filesPerConnection, uint64(b.connections)))
	b.connections = max(fit, 1)
	b.perClient = min(b.perClient, b.connections)
	// Idle connections to origins live on what tunnels do not use; they are
	// few when tunnels may be few.
	b.pooled = min(b.pooled, max(b.connections/4, 1))
	return b
}
