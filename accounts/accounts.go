package accounts

import (
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/private"
)

// Errors that callers branch on.
var (
	// ErrBusy is returned by [Store.Check] when its queue is full. The passwords
	// were not compared.
	ErrBusy = errors.New("too many sign-ins are being checked at once")

	// ErrNoKey is returned by [Store.Check] and [Store.Add] when the key that
	// verifiers are bound to cannot be had, for example because the system's
	// keyring is locked. IDs are still recognised; passwords are not.
	ErrNoKey = errors.New("the key of the protected accounts cannot be read")

	// ErrUnknown is returned by [Store.Remove] when no account fits.
	ErrUnknown = errors.New("no protected account has this ID or label")

	// ErrInput is wrapped by what [Store.Add] refuses for its form.
	ErrInput = errors.New("not accepted")
)

// Options are how a store is opened.
type Options struct {
	// KeyInFile keeps a new key in a file and never offers it to the system's
	// keyring. A key that exists already stays where it is.
	KeyInFile bool

	// Cost is what the next password stored costs to check. The zero value is
	// [DefaultCost]; less is for tests alone.
	Cost Cost
}

// Account is a protected sign-in, as lists show it.
type Account struct {
	ID    string    // as it was entered, without spaces around it
	Label string    // what events and pages show
	Added time.Time // when the password in force was stored; UTC, whole seconds

	// Former are labels that it had before, the latest first: events keep theirs.
	Former []string

	// OldUntil is when the last of the passwords before it stops being matched;
	// zero when none is.
	OldUntil time.Time
}

// Store is the set of protected sign-ins in one folder. It may be used by several
// goroutines, and several processes may have the same folder open: what another
// one changed is seen within [TakenUp].
type Store struct {
	dir     string
	options Options
	ring    *ring

	set    atomic.Pointer[set]
	looked atomic.Int64 // when the file was last looked at, Unix nanoseconds
	turns  *turns
	recent *results
	tagKey [32]byte // random for each process; see Match.Other

	waited, waitTime, turned, ran atomic.Int64 // see Load

	mu      sync.Mutex // held while the file or the key is read or changed
	problem error      // why the last change of the file was not taken up
	asked   time.Time  // when the keyring was last asked for the key
}

// set is what a file holds. It is never changed.
type set struct {
	seen     private.Stamp // of the file that it was read from
	since    time.Time     // when it was read
	file     *contents
	accounts []*account // by label
	byID     map[string]*account
	key      []byte // nil when it cannot be had
}

// Open reads the protected sign-ins in dir, which need not exist: nothing is
// written before the first [Store.Add]. A file that others can read, or that is
// not what Add writes, is an error that says what to do. A keyring that does not
// answer is none; see [Store.Problem].
func Open(dir string, o Options) (*Store, error) {
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	s := &Store{
		dir: dir, options: o, ring: systemRing,
		turns: newTurns(placesFor(runtime.NumCPU())), recent: newResults(), tagKey: random32(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// file is where the verifiers are.
func (s *Store) file() string { return filepath.Join(s.dir, accountsFile) }

// List returns the accounts in the order of their labels.
func (s *Store) List() []Account {
	var list []Account
	now := time.Now()
	for _, a := range s.current().accounts {
		shown := Account{ID: a.ID, Label: a.Label, Former: slices.Clone(a.Former), Added: a.Added}
		for _, old := range a.Old {
			if old.Until.After(now) && old.Until.After(shown.OldUntil) {
				shown.OldUntil = old.Until
			}
		}
		list = append(list, shown)
	}
	return list
}

// Empty reports whether there are no protected accounts, in which case neither
// Knows nor Check can find anything.
func (s *Store) Empty() bool { return len(s.current().accounts) == 0 }

// Since returns since when this process knows the accounts as they are: what was compared
// before may have been one of them.
func (s *Store) Since() time.Time { return s.current().since }

// Knows reports whether id, in any of the forms in which it may be typed (see
// canonical), is that of a protected account, and which label that has. It takes
// microseconds and does not keep id.
func (s *Store) Knows(id []byte) (label string, ok bool) {
	if a := s.current().find(id); a != nil {
		return a.Label, true
	}
	return "", false
}

// Problem says what keeps the store from being what its folder holds: a file
// that was changed and cannot be read, or a key that is out of reach. It is nil
// when all is well.
func (s *Store) Problem() error {
	now := s.current()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.problem == nil && len(now.accounts) > 0 && now.key == nil {
		return ErrNoKey
	}
	return s.problem
}

// find returns the account whose ID this is.
func (s *set) find(id []byte) *account {
	if len(s.byID) == 0 || len(id) > maxID*4 {
		return nil
	}
	form, ok := canonical(string(id))
	if !ok {
		return nil
	}
	return s.byID[form]
}

// newSet indexes f.
func newSet(f *contents, seen private.Stamp, key []byte) *set {
	s := &set{seen: seen, since: time.Now(), file: f, key: key, byID: map[string]*account{}}
	for i := range f.Accounts {
		a := &f.Accounts[i]
		s.accounts = append(s.accounts, a)
		form, _ := canonical(a.ID)
		s.byID[form] = a
	}
	slices.SortFunc(s.accounts, func(a, b *account) int { return strings.Compare(a.Label, b.Label) })
	return s
}
