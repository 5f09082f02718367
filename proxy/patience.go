package proxy

import "time"

// How long a document is held that is not whole yet. What has to do with Amazon or
// with credentials, or has nothing to show yet, is held long; of the rest, what came
// goes on to the browser when no more does. A copy that begins so is led away when
// it shows what it is; where it cannot be (coded bytes, frames), it is cut, and
// there is more patience.
const (
	// documentStall releases a document that stopped coming. A site that
	// streams a page waits on purpose; what follows is judged as it comes.
	documentStall = 500 * time.Millisecond
	// documentWait is how long a document is held in all, lest a site fill the
	// memory for what is held with pages that come a byte at a time.
	documentWait = 3 * time.Second

	// quietStall is more than lies between the packets of an answer that was
	// there as a whole, on most lines.
	quietStall, quietWait = 80 * time.Millisecond, 250 * time.Millisecond
	cutStall, cutWait     = 200 * time.Millisecond, 600 * time.Millisecond
)

// patience is how long r's document is held when it stops coming, and in all.
func (r *reading) patience() (stall, wait time.Duration) {
	switch {
	case r.got == 0 || r.wary || !r.scan.Quiet():
		return documentStall, documentWait
	case r.leads():
		return quietStall, quietWait
	}
	return cutStall, cutWait
}

// release ends the holding of a document that goes on. It reports whether what came
// of it may be shown.
func (r *reading) release() bool {
	if r.holds() && !r.done() && !r.settle() {
		return false
	}
	r.begun = true
	return true
}
