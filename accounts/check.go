package accounts

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

const (
	// maxPasswords bounds what is compared of one request. A form has one
	// password, or three when it changes one; the others are values of any name,
	// among which a page may hide it.
	maxPasswords = 32
	// maxRuns lets each of those be compared as it is with the account of the ID
	// and its two passwords before, in five seconds.
	maxRuns = maxPasswords * (1 + maxOld)
	maxIDs  = 32
)

// Match is what [Store.Check] found.
type Match struct {
	// Label is that of the account whose ID was met or, when none was, whose
	// password was; "" when there is neither.
	Label string

	ID       bool // one of the IDs is a protected one
	Password bool // one of the passwords is a protected one, of whichever account

	// Other stands for the first password when ID is true and Password is not, so
	// that distinct guesses can be counted. It is keyed anew in each process and
	// is 0 when there is nothing to count.
	Other uint64

	// Partial says that some of the passwords were not compared with every
	// account: there were more than one request has reason to carry.
	Partial bool
}

// Check is [Store.CheckBeside] where every password counts for every account.
func (s *Store) Check(ctx context.Context, who Asker, ids, passwords [][]byte) (Match, error) {
	return s.CheckBeside(ctx, who, ids, nil, passwords, len(passwords))
}

// CheckBeside compares what a request carries with the protected accounts: each ID, and
// each password as it is, without blanks around it, and without a one-time code of
// six digits before or after it. When there are more than 32 passwords, the first
// ones count; with many, what was put around them is left at the end, and with an
// ID its own account comes first. Beside IDs of protected accounts, or where labels names
// accounts that matter besides, the passwords behind the first wide are compared with those
// accounts alone: what an application sends with the
// address of its user may have a hundred values, none of which is another account's
// password. No slice is kept.
//
// It runs argon2id on the caller's goroutine for what was not compared within the
// last minutes, and lets others have their turn between runs. When too many
// requests like those of who wait already it returns [ErrBusy], when the key is
// out of reach [ErrNoKey], and when ctx ends first ctx's error: one that ends at its
// deadline counts as turned away, unless it has a cause of its own. The IDs are
// compared even then.
func (s *Store) CheckBeside(ctx context.Context, who Asker, ids [][]byte, labels []string, passwords [][]byte, wide int) (Match, error) {
	now := s.current()
	var m Match
	var mine []*account
	for _, id := range ids[:min(len(ids), maxIDs)] {
		if a := now.find(id); a != nil && !slices.Contains(mine, a) {
			mine = append(mine, a)
		}
	}
	if len(mine) > 0 {
		m.ID, m.Label = true, mine[0].Label
	}
	for _, a := range now.accounts {
		if slices.Contains(labels, a.Label) && !slices.Contains(mine, a) {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 {
		wide = len(passwords)
	}
	if len(now.accounts) == 0 {
		return m, nil
	}
	own, cut := newGuesses(passwords)
	if len(own.all) > 0 {
		if now.key == nil {
			s.askAgain()
			return m, ErrNoKey
		}
		others := own
		if wide < len(passwords) {
			others, _ = newGuesses(passwords[:wide])
		}
		runs, needed := s.plan(now, mine, own, others)
		m.Partial = cut || needed > maxRuns
		hit, err := s.compare(ctx, who, now.key, runs[:min(len(runs), maxRuns)])
		if err != nil {
			return m, err
		}
		if hit != nil {
			m.Password = true
			if !m.ID {
				m.Label = hit.Label
			}
		}
	}
	if m.ID && !m.Password && len(passwords) > 0 {
		m.Other = s.other(mine[0], passwords[0])
	}
	return m, nil
}

// run is one comparison: a guess with one verifier of an account.
type run struct {
	of    *account
	v     verifier
	guess []byte
	name  resultName
}

// guesses are passwords to compare: whole of them as they are, and then without what was
// put around them.
type guesses struct {
	all   [][]byte
	whole int
}

func newGuesses(passwords [][]byte) (g guesses, cut bool) {
	g.all, g.whole, cut = variants(passwords)
	return g, cut
}

// plan lists the comparisons, the likeliest first: of own with the accounts whose IDs came,
// mine, and of theirs with all others. Those of passwords as they are are among the first
// needed.
func (s *Store) plan(now *set, mine []*account, own, theirs guesses) (runs []run, needed int) {
	at := time.Now()
	with := func(guesses [][]byte, of []*account) {
		for _, a := range of {
			for _, v := range a.inForce(at) {
				for _, g := range guesses {
					runs = append(runs, run{a, v, g, s.recent.name(v, g)})
				}
			}
		}
	}
	others := slices.DeleteFunc(slices.Clone(now.accounts), func(a *account) bool { return slices.Contains(mine, a) })
	few := len(own.all) <= fewGuesses
	with(own.all[:own.whole], mine)
	if few {
		with(own.all[own.whole:], mine)
	}
	with(theirs.all[:theirs.whole], others)
	needed = len(runs)
	if !few {
		with(own.all[own.whole:], mine)
	}
	with(theirs.all[theirs.whole:], others)
	return runs, needed
}

// fewGuesses is what a form for people comes to.
const fewGuesses = 16

// compare returns the account of the first run that hits, or nil. It waits for a
// worker when an answer is not remembered.
func (s *Store) compare(ctx context.Context, who Asker, key []byte, runs []run) (*account, error) {
	open := false
	for _, r := range runs {
		hit, known := s.recent.get(r.name)
		if hit {
			return r.of, nil
		}
		open = open || !known
	}
	if !open {
		return nil, nil
	}
	if !s.turns.admit(who) {
		s.turned.Add(1)
		return nil, ErrBusy
	}
	defer s.turns.retire(who)
	for _, r := range runs {
		// Another caller may have compared the same while this one waited.
		hit, known := s.recent.get(r.name)
		if !known {
			var err error
			if hit, err = s.match(ctx, who, key, r); err != nil {
				if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
					s.turned.Add(1)
				}
				return nil, err
			}
		}
		if hit {
			return r.of, nil
		}
	}
	return nil, nil
}

// match waits for its turn and runs argon2id.
func (s *Store) match(ctx context.Context, who Asker, key []byte, r run) (hit bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	began := time.Now()
	waited, err := s.turns.take(ctx, who)
	if waited {
		s.waited.Add(1)
		s.waitTime.Add(int64(time.Since(began)))
	}
	if err != nil {
		return false, err
	}
	defer s.turns.give()
	if hit, known := s.recent.get(r.name); known {
		return hit, nil
	}
	hit = r.v.matches(r.guess, key)
	s.ran.Add(1)
	s.recent.put(r.name, hit)
	return hit, nil
}

// Load is how busy the comparisons are, and have been since the start.
type Load struct {
	Waiting    int           // callers that wait for a worker now
	Waited     int64         // those that had to
	WaitTime   time.Duration // of all of them together
	TurnedAway int64         // those that got ErrBusy, or whose time ended
	Compared   int64         // runs of argon2id
}

// Load returns the figures of the comparisons.
func (s *Store) Load() Load {
	return Load{
		Waiting: s.turns.waits(), Waited: s.waited.Load(), WaitTime: time.Duration(s.waitTime.Load()),
		TurnedAway: s.turned.Load(), Compared: s.ran.Load(),
	}
}

// other makes Match.Other.
func (s *Store) other(a *account, password []byte) uint64 {
	tag := binary.BigEndian.Uint64(keyed(s.tagKey[:], "other password", []byte(a.ID), password))
	return max(tag, 1)
}
