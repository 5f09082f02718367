package staff

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// cheap keeps tests from spending their time on argon2id.
var cheap = Options{Cost: Cost{Time: 1, Memory: minMemory}}

const secret = "canary correct horse"

func opened(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, cheap)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func added(t testing.TB, s *Store, name string, r Role, password string) User {
	t.Helper()
	u, err := s.AddUser(name, r, []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	if !s.Empty() || len(s.Users()) != 0 {
		t.Fatal("a new store has users")
	}
	added(t, s, "Mika", Reviewer, secret)
	first := added(t, s, "田中", Owner, secret)
	added(t, s, "aki@example.com", Viewer, secret)
	want := []User{{Name: "aki@example.com", Role: Viewer}, {Name: "mika", Role: Reviewer}, {Name: "田中", Role: Owner}}
	if diff := cmp.Diff(want, s.Users(), cmpopts.IgnoreFields(User{}, "Added", "Epoch")); diff != "" {
		t.Errorf("Users (-want +got):\n%s", diff)
	}
	if u, ok := s.User("ＭＩＫＡ"); !ok || u.Name != "mika" {
		t.Errorf("full-width spelling: %+v, %v", u, ok)
	}
	again := added(t, s, "田中", Viewer, secret+"2")
	if again.Epoch == first.Epoch || again.Role != Viewer || len(s.Users()) != 3 {
		t.Errorf("after a second add: %+v; want another epoch and role, and no fourth user", again)
	}
	if err := s.RemoveUser("MIKA"); err != nil {
		t.Error(err)
	}
	if err := s.RemoveUser("mika"); !errors.Is(err, ErrUnknown) {
		t.Errorf("removing somebody twice: %v", err)
	}
	if _, ok := s.User("mika"); ok {
		t.Error("who was removed is still there")
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	added(t, s, "mika", Reviewer, "ガラスの靴を8足")
	long := strings.Repeat("x", maxPassword)
	added(t, s, "unlucky", Viewer, standIn)
	added(t, s, "long", Viewer, long)
	for _, tt := range []struct {
		name, user, password string
		want                 string // the user, "" for ErrWrong
	}{
		{"right", "mika", "ガラスの靴を8足", "mika"},
		{"another spelling of the name", " MIKA"[1:], "ガラスの靴を8足", "mika"},
		{"decomposed, as macOS types it", "mika", "カ\u3099ラスの靴を8足", "mika"},
		{"the longest", "long", long, "long"},
		{"wrong password", "mika", "ガラスの靴を9足", ""},
		{"somebody else's", "long", "ガラスの靴を8足", ""},
		{"nobody", "nobody", "ガラスの靴を8足", ""},
		{"a name that cannot be", "a b\x00", "ガラスの靴を8足", ""},
		{"no name", "", "ガラスの靴を8足", ""},
		{"no password", "mika", "", ""},
		{"short", "mika", "ガ", ""},
		{"refused, for whom its stand-in is right", "unlucky", "short", ""},
		{"the stand-in itself", "unlucky", standIn, "unlucky"},
		{"one octet longer", "long", long + "x", ""},
		{"cut", "long", long[1:], ""},
		{"no text", "mika", "\xff\xfe\xff\xfe\xff\xfe\xff\xfe", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			password := []byte(tt.password)
			u, err := s.SignIn(t.Context(), tt.user, password)
			if u.Name != tt.want || (tt.want == "") != errors.Is(err, ErrWrong) {
				t.Errorf("SignIn = %q, %v; want %q", u.Name, err, tt.want)
			}
			if string(password) != tt.password {
				t.Error("the caller's password was overwritten")
			}
		})
	}
}

// TestSignInCostsTheSame counts the work, which a stopwatch would only guess at:
// whatever is wrong, argon2id runs once, at the same cost.
func TestSignInCostsTheSame(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	u := added(t, s, "mika", Viewer, secret)
	known := s.current().users[u.Name].verifier
	if s.decoy.Time != known.Time || s.decoy.Memory != known.Memory || len(s.decoy.Salt) != len(known.Salt) || len(s.decoy.Hash) != len(known.Hash) {
		t.Errorf("decoy %d/%d, user %d/%d; want the same", s.decoy.Time, s.decoy.Memory, known.Time, known.Memory)
	}
	// With every worker taken, no way may answer without waiting for one.
	if err := s.workers.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.workers.leave()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, in := range [][2]string{{"mika", secret}, {"mika", "wrong password"}, {"nobody", secret}, {"", ""}, {"a b", secret}, {"mika", "short"}} {
		if _, err := s.SignIn(ended, in[0], []byte(in[1])); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: %v; want to wait for a worker", in, err)
		}
	}
}

func TestSignInIsBounded(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	if err := s.workers.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error)
	const more = 5
	for range maxWaiting + more {
		go func() {
			_, err := s.SignIn(ctx, "mika", []byte(secret))
			results <- err
		}()
	}
	for range more {
		if err := <-results; !errors.Is(err, ErrBusy) {
			t.Errorf("beyond the queue: %v; want ErrBusy", err)
		}
	}
	cancel()
	for range maxWaiting {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("in the queue: %v; want the context's error", err)
		}
	}
	s.workers.leave()
	if _, err := s.SignIn(t.Context(), "mika", []byte(secret)); !errors.Is(err, ErrWrong) {
		t.Errorf("afterwards: %v; want ErrWrong", err)
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/console"
	s := opened(t, dir)
	for _, tt := range []struct {
		name, user string
		role       Role
		password   string
		want       string
	}{
		{"no name", "", Owner, secret, "empty name"},
		{"space", "a b", Owner, secret, "spaces"},
		{"control", "a\x1b[2J", Owner, secret, "spaces"},
		{"long name", strings.Repeat("a", maxName+1), Owner, secret, "more than 64 bytes"},
		{"right to left in the midst", "abcא", Owner, secret, "spaces"},
		{"no role", "a", None, secret, "no role"},
		{"beyond the roles", "a", Owner + 1, secret, "no role"},
		{"short", "a", Owner, "canary7", "fewer than 8 characters"},
		{"long", "a", Owner, strings.Repeat("x", maxPassword+1), "more than 256 bytes"},
		{"control in the password", "a", Owner, "canary\ncanary", "control characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := s.AddUser(tt.user, tt.role, []byte(tt.password))
			if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%v; want ErrInput about %q, and nothing of the password", err, tt.want)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("something was written")
			}
		})
	}
}

func TestFirstOwner(t *testing.T) {
	t.Parallel()
	s := opened(t, t.TempDir()+"/console")
	// Of many who have the link, one wins.
	var all sync.WaitGroup
	results := make(chan error, 8)
	for i := range cap(results) {
		all.Go(func() {
			_, err := s.AddFirst(fmt.Sprintf("owner%d", i), []byte(secret))
			results <- err
		})
	}
	all.Wait()
	won := 0
	for range cap(results) {
		if err := <-results; err == nil {
			won++
		} else if !errors.Is(err, ErrNotFirst) {
			t.Error(err)
		}
	}
	if users := s.Users(); won != 1 || len(users) != 1 || users[0].Role != Owner {
		t.Errorf("%d won, users %+v; want one owner", won, users)
	}
}
