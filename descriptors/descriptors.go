// Package descriptors shares out the file descriptors that this process may open, so that
// no part of it takes what another one needs.
package descriptors

const (
	// Reserve stays free, however much is asked of all parts: for the journal, the
	// resolver's questions and what is accepted only to be closed.
	Reserve = 32
	// base is what is open before anybody comes: listeners, files, the journal.
	base = 32
	// part is how small a part of all the lesser ones have, as one in so many.
	part = 32
)

// Shares is how much each part may hold open.
type Shares struct {
	// Proxy is for clients, origins and pipes. With what is always open and the sinkhole it
	// is Most.
	Proxy uint64
	// Most is four fifths of all: with as many open, by whomever, the proxy backs off.
	Most uint64
	// Sinkhole, Console and Resolver are connections of clients; of the resolver's those
	// of TCP, TLS and HTTPS.
	Sinkhole, Console, Resolver int
}

// Of shares out a limit. From 256 on the shares leave [Reserve].
func Of(limit uint64) Shares {
	of := func(least, most uint64) int { return int(min(max(limit/part, least), most)) }
	s := Shares{Sinkhole: of(8, 512), Console: of(12, 512), Resolver: of(8, 256)}
	s.Most = limit / 5 * 4
	s.Proxy = s.Most - min(s.Most, base+uint64(s.Sinkhole))
	return s
}

// Own is [Of] of this process's limit. The Go runtime has raised it as far as it can be
// (package os).
func Own() Shares { return Of(limit()) }
