// Package origincert decides whether a browser would accept the certificate that an
// origin shows. A proxy that verifies less than the browser behind it would hide
// from people what they would have been warned of (Durumeric and others, The
// Security Impact of HTTPS Interception, 2017).
//
// It asks nobody: no responder, no list on the network. What it remembers are the
// ways from certificates to roots, for minutes.
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
