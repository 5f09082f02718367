package proxy

const (
	// reservedFiles stay free for the journal, the resolver and the console,
	// so that a flood at the proxy silences none of them.
	reservedFiles = 32
	// filesPerConnection is what a tunnel costs: the client's socket and the
	// origin's.
	filesPerConnection = 2
	// filesPerPipe is what splicing one direction costs besides.
	filesPerPipe = 2
	// idlePools are those whose connections to origins wait for a request, with what
	// probes left, each within bounds.pooled.
	idlePools = 4
)

// within lowers the bounds to what fits into four fifths of the file
// descriptors that the process may open, so that accept never meets the limit
// itself. The Go runtime has raised the soft limit to the hard one before. An eighth
// of them is for pipes and a sixth for idle connections to origins, the rest for
// tunnels; without a pipe or an idle connection all is only slower.
func (b bounds) within(files uint64) bounds {
	budget := files / 5 * 4
	budget -= min(budget, reservedFiles)
	b.bulk = int(min(budget/8/filesPerPipe, uint64(b.bulk)))
	b.pooled = int(min(max(budget/6/idlePools, 1), uint64(b.pooled)))
	budget -= min(budget, uint64(b.bulk*filesPerPipe+b.pooled*idlePools))
	b.connections = int(min(max(budget/filesPerConnection, 1), uint64(b.connections)))
	b.perClient = min(b.perClient, b.connections)
	return b
}
