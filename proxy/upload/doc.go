// Package upload reads the bodies of requests, and lets nothing out of them before it was
// judged. Most are held as a whole ([Body.Hold]); the rest of a longer one leaves piece by
// piece as it is judged ([Body.Follow]), what is streamed with each pause ([Body.Batch]),
// and the messages of gRPC one by one ([Body.Call]). It decides nothing: a [Judge] does.
package upload

import "sekisho/guard"

// Judge says what may leave of one request's body. It is called by whoever reads that.
type Judge interface {
	// Hints is what is known of the site by now.
	Hints() guard.Hints
	// Weigh asks about what was found, which it wipes, and returns why nothing more
	// may leave. sent says that a part of what was found in has left.
	Weigh(f *guard.Finding, sent bool) error
	// WeighGone is Weigh for what a message makes with those before it, of which no part
	// has left. gone says that what is secret in it has, with them, or the request's head.
	WeighGone(f *guard.Finding, gone bool) error
}
