package upstream

import (
	"context"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// patience is how long a connection that has been idle is trusted to be alive
// before a fresh one is tried next to it.
const patience = 400 * time.Millisecond

type exchange = func(context.Context) (*dns.Msg, error)

type answer struct {
	reply *dns.Msg
	err   error
}

// hedge runs first, and second besides once first has failed or has let
// patience pass, and again and again, unless alive knows that first is only
// slow. It returns the earlier answer, or second's error, after both ended.
func hedge(ctx context.Context, alive func() bool, first, second exchange) (*dns.Msg, error) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	run := func(f exchange) <-chan answer {
		c := make(chan answer, 1)
		running.Go(func() { r, err := f(ctx); c <- answer{r, err} })
		return c
	}
	early := run(first)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for waiting := true; waiting; {
		select {
		case a := <-early:
			return orElse(ctx, a, second)
		case <-timer.C:
			waiting = alive()
			timer.Reset(patience)
		}
	}
	late := run(second)
	select {
	case a := <-early:
		if a.err != nil {
			a = <-late
		}
		return a.reply, a.err
	case a := <-late:
		if a.err != nil {
			if e := <-early; e.err == nil {
				a = e
			}
		}
		return a.reply, a.err
	}
}

// orElse returns a, or runs second while there is time if a is an error.
func orElse(ctx context.Context, a answer, second exchange) (*dns.Msg, error) {
	if a.err == nil || ctx.Err() != nil {
		return a.reply, a.err
	}
	return second(ctx)
}
