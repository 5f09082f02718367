// Package origincert decides whether a browser would accept the certificate that an
// origin shows. A proxy that verifies less than the browser behind it would hide
// from people what they would have been warned of (Durumeric and others, The
// Security Impact of HTTPS Interception, 2017).
//
// It judges by what is shown and asks nobody then: no responder, no list on the network.
// What a site forgot to show is fetched on its own ([Issuers]), as browsers do. What is
// remembered are the ways from certificates to roots, for minutes, and what was fetched,
// for an hour.
package origincert

// Problem is why a certificate is not accepted. Its text is stable.
type Problem string

// The problems.
const (
	Untrusted Problem = "untrusted" // nothing that is trusted vouches for it
	Weak      Problem = "weak"      // a key can be forged
	Invalid   Problem = "invalid"   // a rule of certificates is broken
	Revoked   Problem = "revoked"   // its authority took it back
	OwnCA     Problem = "own-ca"    // sekisho's own authority signed it
)

// Error says why a certificate is not accepted. Detail is a line for people,
// without anything that the server sent.
type Error struct {
	Problem Problem
	Detail  string
}

func (e *Error) Error() string { return string(e.Problem) + ": " + e.Detail }

func fault(p Problem, detail string) error { return &Error{p, detail} }
