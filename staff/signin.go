package staff

import (
	"context"
	"sync/atomic"
)

const (
	// maxWorkers is how many runs of argon2id there may be at once: each takes a
	// core and, at DefaultCost, 64 MiB.
	maxWorkers = 1
	// maxWaiting is how many callers may wait for one; the last of them waits a
	// few seconds.
	maxWaiting = 16
)

// standIn is hashed in the place of a password that is refused for its form, so that
// this costs the same. It may well be somebody's, so that it matches means nothing.
const standIn = "in place of a password"

// pool bounds how much is spent on passwords at a time.
type pool struct {
	slots   chan struct{}
	waiting *atomic.Int32
}

func newPool() pool { return pool{make(chan struct{}, maxWorkers), new(atomic.Int32)} }

// enter waits for a worker, unless too many do.
func (p pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	if p.waiting.Add(1) > maxWaiting {
		p.waiting.Add(-1)
		return ErrBusy
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p pool) leave() { <-p.slots }

// SignIn returns the person whom name and password belong to. Otherwise it returns
// [ErrWrong], whichever of them is wrong and after the same work; [ErrBusy] or
// ctx's error when nothing was compared. It keeps neither, and does not overwrite
// password.
func (s *Store) SignIn(ctx context.Context, name string, password []byte) (User, error) {
	prepared, refused := prepare(password)
	defer func() { clear(prepared) }()
	if refused != nil {
		prepared = []byte(standIn)
	}
	if err := s.workers.enter(ctx); err != nil {
		return User{}, err
	}
	defer s.workers.leave()
	v := s.decoy
	var found *user
	if n, err := Name(name); err == nil {
		if found = s.current().users[n]; found != nil {
			v = found.verifier
		}
	}
	if !v.matches(prepared) || found == nil || refused != nil {
		return User{}, ErrWrong
	}
	return found.shown(), nil
}
