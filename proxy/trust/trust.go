// Package trust keeps account of which clients trust our certificate authority. No
// client says whether it does: it completes a handshake with a leaf of ours, or ends
// one with an alert about our certificate, and each TLS stack on it speaks for itself
// alone.
//
// The account is kept twice, for questions whose wrong answers differ. [Ledger] says
// which stack is to be intercepted, which client shows certificates of its own, and
// what the owner should hear of all that. It forgives soon, a
// stack that is tunnelled is tried again after minutes, and keeps in a file who is not to be
// tunnelled for a single refusal. [Believers] says which client
// may be led to the sinkhole, where whoever does not trust us meets a warning instead
// of a page: it wants proof of the client, forgives late, and outlives a restart in a
// file.
//
// It meets no connection itself: whoever shakes hands tells it how that ended.
package trust
