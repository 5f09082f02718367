package proxy

import (
	"syscall"

	"sekisho/descriptors"
	"sekisho/interstitial"
	"sekisho/proxy/socket"
)

const (
	// filesPerConnection is what a tunnel costs: the client's socket and the
	// origin's.
	filesPerConnection = 2
	// filesPerPipe is what splicing one direction costs besides.
	filesPerPipe = 2
	// idlePools are those whose connections to origins wait for a request, with what
	// probes left, each within bounds.pooled.
	idlePools = 5
)

// within lowers the bounds to the proxy's share of the file descriptors, so that accept
// never meets the limit itself. An eighth of it is for pipes, a sixth for idle
// connections to origins, a thirty-second for attempts beside others, the rest for
// tunnels; without a pipe, an idle connection or such an attempt all is only slower.
func (b bounds) within(s descriptors.Shares) bounds {
	budget := s.Proxy
	b.bulk = int(min(budget/8/filesPerPipe, uint64(b.bulk)))
	b.pooled = int(min(max(budget/6/idlePools, 1), uint64(b.pooled)))
	b.beside = int(min(budget/32, uint64(b.beside)))
	b.sinkhole = s.Sinkhole
	b.files = s.Most - min(s.Most, uint64(b.bulk*filesPerPipe))
	budget -= min(budget, uint64(b.bulk*filesPerPipe+b.pooled*idlePools+b.beside))
	b.connections = int(min(max(budget/filesPerConnection, 1), uint64(b.connections)))
	b.perClient = min(b.perClient, b.connections)
	return b
}

// room says that there is none for the socket raw, or nil: as many file descriptors as the
// proxy may use are open, whosever they are.
func (b bounds) room(raw syscall.RawConn) error {
	if socket.Number(raw) < b.files {
		return nil
	}
	return &failure{code: interstitial.CodeLimit, detail: "too many connections are open"}
}
