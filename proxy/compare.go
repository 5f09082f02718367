package proxy

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/dossier"
	"sekisho/guard"
)

// checkTimeout is how long a request waits until its candidates were compared
// with the protected sign-ins. Each costs about 50 ms, and others wait too.
const checkTimeout = 10 * time.Second

// busyPause is how long a request that may wait does so before it asks again.
const busyPause = 200 * time.Millisecond

// restTimeout is how long a request waits for what programs make to be compared too.
const restTimeout = 300 * time.Millisecond

// ofPair is how many values of a form that sends an ID and hardly more may be the password
// of another account. A letter or a comment in it has words by the dozen.
const ofPair = 4

// errRest ends that wait, which turns nobody away.
var errRest = errors.New("the rest was not waited for")

// check compares candidates with the protected sign-ins, those of no form's with the accounts
// that matter to the request. Without the key to
// them the IDs are compared all the same, and what the fields are called has to
// do for the rest: no sign-in anywhere would work otherwise.
func (s *Server) check(ctx context.Context, v *visit, f *guard.Finding, of dossier.Concern) (accounts.Match, error) {
	if v.target.drill() {
		return drillMatch(f), nil
	}
	if len(f.IDs)+len(f.Passwords) == 0 || s.accounts.Empty() {
		return accounts.Match{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	ids, passwords := secrets(f.IDs), secrets(f.Passwords)
	// Another account's password is looked for where a form is, and not among all that
	// an application sends beside its user's address.
	wide := f.Typed
	switch {
	case of.All:
		wide = len(passwords)
	case f.Pair:
		wide = min(len(passwords), max(wide, ofPair))
	}
	likely := passwords[:f.Likely]
	compare := func() (accounts.Match, error) {
		return s.accounts.CheckBeside(ctx, s.asker(v), ids, of.Labels, likely, min(wide, f.Likely))
	}
	m, err := compare()
	// A page that loads much after it took an ID waits, and is refused nothing.
	for f.Typed == 0 && errors.Is(err, accounts.ErrBusy) && sleep(ctx, busyPause) {
		m, err = compare()
	}
	if err == nil && !m.Password && f.Likely < len(passwords) {
		m = s.checkRest(ctx, v, m, ids, of.Labels, passwords[f.Likely:], max(0, wide-f.Likely))
	}
	if !m.ID && m.Password && s.knowsAny(f.Beside) {
		m.ID = true
	}
	if err != nil {
		s.log.Warn("sign-in not checked", zap.Error(err))
	}
	if errors.Is(err, accounts.ErrNoKey) {
		err, m.Partial = nil, true
	}
	return m, err
}

// checkRest compares what does not look typed, as far as time allows, after m was
// found of the others.
func (s *Server) checkRest(ctx context.Context, v *visit, m accounts.Match, ids [][]byte, labels []string, rest [][]byte, wide int) accounts.Match {
	ctx, cancel := context.WithTimeoutCause(ctx, restTimeout, errRest)
	defer cancel()
	more, err := s.accounts.CheckBeside(ctx, s.asker(v), ids, labels, rest, wide)
	if err != nil {
		return m
	}
	more.Partial = more.Partial || m.Partial
	if m.Other != 0 && !more.Password {
		more.Other = m.Other
	}
	return more
}

// knowsAny reports whether one of ids is protected.
func (s *Server) knowsAny(ids []guard.Secret) bool {
	return slices.ContainsFunc(ids, func(id guard.Secret) bool { _, ok := s.accounts.Knows(id.Bytes()); return ok })
}

// sleep waits for d, and reports whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// asker is on whose behalf candidates are compared. A page may have its visitor's
// browser send to a thousand sites; those that people sign in to do not wait for
// the others.
func (s *Server) asker(v *visit) accounts.Asker {
	x := s.book(v).Hints(v.target.name, v.client)
	return accounts.Asker{Client: v.client, Site: dossier.SiteOf(v.target.name), Familiar: !x.Thorough}
}

func secrets(list []guard.Secret) [][]byte {
	out := make([][]byte, len(list))
	for i, s := range list {
		out[i] = s.Bytes()
	}
	return out
}
