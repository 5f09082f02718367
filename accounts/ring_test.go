package accounts

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// drawer is a keyring in memory, which can be shut.
type drawer struct {
	secrets map[string]string
	shut    error
}

func (d *drawer) ring() *ring {
	return &ring{
		ready: func() error { return d.shut },
		get: func(service, user string) (string, error) {
			if s, ok := d.secrets[service+"\n"+user]; ok {
				return s, nil
			}
			return "", errors.New("not found")
		},
		set: func(service, user, secret string) error { d.secrets[service+"\n"+user] = secret; return nil },
	}
}

// openWith is Open with another keyring than the system's.
func openWith(t *testing.T, dir string, r *ring) *Store {
	t.Helper()
	s := &Store{dir: dir, options: Options{Cost: cheap.Cost}, ring: r, turns: newTurns(1), recent: newResults()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKeyInKeyring(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/accounts"
		d := &drawer{secrets: map[string]string{}}
		s := openWith(t, dir, d.ring())
		add(t, s, sellerID, "shop", secret)
		if _, err := os.Stat(filepath.Join(dir, keyFile)); err == nil || len(d.secrets) != 1 {
			t.Errorf("%d secrets in the keyring, key file: %v", len(d.secrets), err)
		}
		if !strings.Contains(s.KeyPlace(), "keyring") {
			t.Errorf("the key is said to be in %q", s.KeyPlace())
		}
		if m := check(t, openWith(t, dir, d.ring()), nil, octets(secret)); !m.Password {
			t.Error("the password is not recognised after a restart")
		}

		// A shut keyring leaves the IDs, and is asked again.
		d.shut = errRingClosed
		s = openWith(t, dir, d.ring())
		m, err := s.Check(t.Context(), Asker{}, octets(sellerID), octets(secret))
		if !errors.Is(err, ErrNoKey) || !m.ID || !errors.Is(s.Problem(), ErrNoKey) {
			t.Errorf("with a shut keyring: %+v, %v, problem %v", m, err, s.Problem())
		}
		if err := s.Add(sellerID, "", []byte(other)); !errors.Is(err, ErrNoKey) {
			t.Errorf("Add with a shut keyring: %v", err)
		}
		d.shut = nil
		time.Sleep(askEvery)
		if _, err := s.Check(t.Context(), Asker{}, nil, octets(secret)); !errors.Is(err, ErrNoKey) {
			t.Errorf("the caller waits for the keyring: %v", err)
		}
		synctest.Wait()
		if m := check(t, s, nil, octets(secret)); !m.Password || s.Problem() != nil {
			t.Errorf("after the keyring was opened: %+v, problem %v", m, s.Problem())
		}
	})
}

// A keyring that hangs, panics or forgets is none, and costs ringWait at most.
func TestUselessKeyrings(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(r *ring, end chan struct{}){
		"hangs":   func(r *ring, end chan struct{}) { r.ready = func() error { <-end; return nil } },
		"panics":  func(r *ring, _ chan struct{}) { r.set = func(_, _, _ string) error { panic("bad reply") } },
		"forgets": func(r *ring, _ chan struct{}) { r.set = func(_, _, _ string) error { return nil } },
		"changes": func(r *ring, _ chan struct{}) { r.get = func(_, _ string) (string, error) { return "x", nil } },
		"refuses": func(r *ring, _ chan struct{}) { r.set = func(_, _, _ string) error { return errRingClosed } },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				end := make(chan struct{})
				defer close(end)
				r := (&drawer{secrets: map[string]string{}}).ring()
				spoil(r, end)
				s := openWith(t, t.TempDir()+"/accounts", r)
				began := time.Now()
				add(t, s, sellerID, "", secret)
				if took := time.Since(began); took > ringWait {
					t.Errorf("took %v", took)
				}
				if s.KeyPlace() != filepath.Join(s.dir, keyFile) {
					t.Errorf("the key is in %q", s.KeyPlace())
				}
				if name == "hangs" {
					if _, err := r.fetch("x"); !errors.Is(err, errRingSlow) || time.Since(began) > ringWait {
						t.Errorf("asked while a question is open: %v after %v", err, time.Since(began))
					}
				}
			})
		})
	}
}

// The system's own keyring, of whatever kind, must answer or be given up within
// the limit; which of the two depends on the machine.
func TestSystemKeyringIsNotWaitedFor(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "no-bus"))
	if _, err := systemRing.fetch("sekisho test, no such store"); err == nil {
		t.Error("a secret that nobody stored is found")
	}
}
