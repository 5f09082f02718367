package resolver

import (
	"sync"

	"sekisho/resolver/turns"
)

// An awaiting is what a reply waits for. Each has room of its own on a connection, so
// that what costs nothing passes by what waits for others.
type awaiting uint8

const (
	forNothing   awaiting = iota // it is there
	forEvent                     // until the block is in the journal
	forUpstreams                 // until the upstreams have told
	awaitings
)

// roomFor is how many replies of a connection there may be of each kind, unwritten ones
// included: as many as one client may have of those that wait, however it asks.
var roomFor = [awaitings]int{forNothing: pipeline, forEvent: turns.EachHeld, forUpstreams: maxMisses}

// maxUnread is how many bytes of replies a connection may have that are there and not
// written; without it 128 answers of 64 KiB each would be 8 MiB, for as long as a client
// takes a little of them now and then. From half of it on no more questions are read; who
// asked for that much before is cut off.
const maxUnread = 1 << 20

// An outlet holds the replies of a connection from when their room is taken until they
// are written. It is safe for concurrent use.
type outlet struct {
	mu sync.Mutex
	// changed is signalled with every change; nil until somebody waits.
	changed *sync.Cond
	taken   [awaitings]int
	ready   []unwritten
	unread  int // bytes of replies that are there and not written
	closed  bool
	// cut ends the connection of a client that leaves too much unread.
	cut func()
}

// An unwritten reply is there, and holds the room that it waited in.
type unwritten struct {
	reply []byte
	kind  awaiting
}

// wait lets others work until something has changed. o.mu is held.
func (o *outlet) wait() {
	if o.changed == nil {
		o.changed = sync.NewCond(&o.mu)
	}
	o.changed.Wait()
}

// tell has those look who wait. o.mu is held.
func (o *outlet) tell() {
	if o.changed != nil {
		o.changed.Broadcast()
	}
}

// later takes room for a reply that waits for kind and returns its sender, or nil if
// there is none.
func (o *outlet) later(kind awaiting) sender {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.taken[kind] >= roomFor[kind] {
		return nil
	}
	o.taken[kind]++
	return func(reply []byte) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.put(reply, kind)
	}
}

// now has reply written, once there is room: who does not take replies is not read from.
func (o *outlet) now(reply []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.taken[forNothing] >= roomFor[forNothing] || o.unread > maxUnread/2 {
		o.wait()
	}
	o.taken[forNothing]++
	o.put(reply, forNothing)
}

// put gives reply, whose room is taken, to the writer. o.mu is held.
func (o *outlet) put(reply []byte, kind awaiting) {
	o.ready = append(o.ready, unwritten{reply, kind})
	if o.unread += len(reply); o.unread > maxUnread {
		o.cut()
	}
	o.tell()
}

// next returns what is to be written next, once there is something, or false at the
// end. Its room is free again with written.
func (o *outlet) next() (unwritten, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.ready) == 0 {
		if o.closed {
			return unwritten{}, false
		}
		o.wait()
	}
	u := o.ready[0]
	if o.ready = o.ready[1:]; len(o.ready) == 0 {
		o.ready = nil
	}
	return u, true
}

// written frees the room of u.
func (o *outlet) written(u unwritten) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken[u.kind]--
	o.unread -= len(u.reply)
	o.tell()
}

// busy reports whether a reply is under way.
func (o *outlet) busy() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.taken != [awaitings]int{}
}

// close ends the writer once all that is under way is written.
func (o *outlet) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.taken != [awaitings]int{} {
		o.wait()
	}
	o.closed = true
	o.tell()
}
