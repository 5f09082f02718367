package sink

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// A sink that fails is left alone for firstWait, then for twice as long each time,
// up to longestWait; or as long as the receiver asks, up to longestAsked.
const (
	firstWait    = time.Second
	longestWait  = 5 * time.Minute
	longestAsked = time.Hour
)

// askedWait is an error of a receiver that says when it wants to be asked again.
type askedWait struct {
	error
	wait time.Duration
}

func (a askedWait) Unwrap() error { return a.error }

// pause is how long to wait after so many failures before. Half of it is chance,
// so that many computers do not come back to one receiver at once.
func (p *pump) pause(failures int, err error) time.Duration {
	d := longestWait
	if failures < 20 {
		d = min(d, p.wait<<failures)
	}
	d = d/2 + rand.N(d/2+1)
	var asked askedWait
	if errors.As(err, &asked) {
		d = max(d, min(asked.wait, longestAsked))
	}
	return d
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
