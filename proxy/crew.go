package proxy

// maxIdleCrew bounds the goroutines that wait for a connection. What they hold is
// a stack of a few tens of KiB at first, which the collector halves whenever it
// finds it unused.
const maxIdleCrew = 16

// crew runs connections on goroutines that have run others before. A handshake
// needs a deep stack, and growing a new goroutine's to it, by copying it four or
// five times, costs a twentieth of the handshake.
type crew struct {
	jobs chan func()
	idle chan struct{} // a place for each goroutine that waits
	done chan struct{}
}

func newCrew() *crew {
	return &crew{jobs: make(chan func()), idle: make(chan struct{}, maxIdleCrew), done: make(chan struct{})}
}

// run has job run on another goroutine and does not wait for it.
func (c *crew) run(job func()) {
	select {
	case c.jobs <- job:
	default:
		go c.work(job)
	}
}

func (c *crew) work(job func()) {
	for {
		job()
		job = nil // or it would be kept while waiting
		select {
		case c.idle <- struct{}{}:
		default:
			return
		}
		select {
		case job = <-c.jobs:
			<-c.idle
		case <-c.done:
			return
		}
	}
}

// dismiss ends those who wait. Jobs may still be given, and none waits after it.
func (c *crew) dismiss() { close(c.done) }
