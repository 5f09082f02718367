package accounts

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	// ringWait bounds each question to the keyring, which may be waiting for a
	// person at a prompt that nobody sees.
	ringWait = 2 * time.Second

	ringService = "sekisho protected accounts"
)

var (
	errRingSlow   = errors.New("the keyring does not answer")
	errRingClosed = errors.New("the keyring is locked or not there")
)

// ring is the keyring of the system. Its functions may block for as long as they
// like and may panic.
type ring struct {
	ready func() error // whether it would answer without asking a person
	get   func(service, user string) (string, error)
	set   func(service, user, secret string) error

	asking atomic.Bool // a question is without an answer
}

var systemRing = &ring{ready: ringReady, get: keyring.Get, set: keyring.Set}

// fetch returns the secret kept under name.
func (r *ring) fetch(name string) (string, error) {
	return r.patiently(func() (string, error) {
		if err := r.ready(); err != nil {
			return "", err
		}
		return r.get(ringService, name)
	})
}

// keep stores secret under name, and reads it back: a keyring that forgets is of
// no use.
func (r *ring) keep(name, secret string) error {
	_, err := r.patiently(func() (string, error) {
		if err := r.ready(); err != nil {
			return "", err
		}
		if err := r.set(ringService, name, secret); err != nil {
			return "", err
		}
		back, err := r.get(ringService, name)
		if err == nil && back != secret {
			err = errRingClosed
		}
		return "", err
	})
	return err
}

// patiently waits ringWait for ask. One that takes longer is left to itself, for
// it cannot be called back; until it ends, nothing else is asked.
func (r *ring) patiently(ask func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	if !r.asking.CompareAndSwap(false, true) {
		return "", errRingSlow
	}
	done := make(chan answer, 1)
	go func() {
		a := answer{err: errRingClosed}
		defer func() {
			if p := recover(); p != nil { // replies of another process are taken on trust there
				a = answer{err: fmt.Errorf("the keyring gave an unusable answer: %v", p)}
			}
			r.asking.Store(false)
			done <- a
		}()
		a.text, a.err = ask()
	}()
	wait := time.NewTimer(ringWait)
	defer wait.Stop()
	select {
	case a := <-done:
		return a.text, a.err
	case <-wait.C:
		return "", errRingSlow
	}
}
