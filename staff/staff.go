package staff

import (
	"crypto/sha256"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"sekisho/private"
)

// Errors that callers branch on.
var (
	// ErrInput is wrapped by what is refused for its form. It completes a
	// sentence: "a name of more than 64 bytes is not accepted".
	ErrInput = errors.New("not accepted")
	// ErrUnknown is returned by the removals when there is none of the name.
	ErrUnknown = errors.New("there is none of this name")
	// ErrTaken is returned when a name is in use and must not be.
	ErrTaken = errors.New("this name is taken")
	// ErrNotFirst is returned by [Store.AddFirst] when there is an owner already.
	ErrNotFirst = errors.New("there is an owner already")
	// ErrWrong is returned by [Store.SignIn] when name and password do not belong
	// together, whichever is wrong.
	ErrWrong = errors.New("name or password is wrong")
	// ErrBusy is returned by [Store.SignIn] when too many wait; nothing was compared.
	ErrBusy = errors.New("too many people sign in at once")
)

// User is a person who may open the console.
type User struct {
	Name  string // in the form of RFC 8265: lower case, half width
	Role  Role
	Added time.Time // when the password was set; UTC, whole seconds
	// Epoch is another one after each change of the password. What was allowed
	// under the old one ends when it no longer is the same.
	Epoch string
}

// Token lets a program use the API.
type Token struct {
	Name  string
	Role  Role
	Added time.Time // UTC, whole seconds
	Ends  time.Time // when it stops working; zero for never
}

// Options are how a store is opened.
type Options struct {
	// Cost is what the next password costs to check. The zero value is
	// [DefaultCost]; less is for tests alone.
	Cost Cost
}

// Store is everybody who may open the console. It is safe for concurrent use, also
// by several processes.
type Store struct {
	dir     string
	cost    Cost
	decoy   verifier // compared with when there is no such name
	workers pool

	set    atomic.Pointer[set]
	looked atomic.Int64 // when the file was last looked at, Unix nanoseconds

	mu      sync.Mutex // held while the file is read or changed
	problem error      // why the last change of the file was not taken up
}

// set is what a file holds. It is never changed.
type set struct {
	seen   private.Stamp // of the file that it was read from
	file   *contents
	users  map[string]*user // by name
	tokens map[[sha256.Size]byte]*token
}

func newSet(f *contents, seen private.Stamp) *set {
	s := &set{seen: seen, file: f, users: map[string]*user{}, tokens: map[[sha256.Size]byte]*token{}}
	for i := range f.Users {
		s.users[f.Users[i].Name] = &f.Users[i]
	}
	for i := range f.Tokens {
		s.tokens[[sha256.Size]byte(f.Tokens[i].SHA256)] = &f.Tokens[i]
	}
	return s
}

// Open reads who is in dir, which need not exist: nothing is written before the
// first change. A file that others can reach, or that is not what this package
// writes, is an error that says what to do.
func Open(dir string, o Options) (*Store, error) {
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	s := &Store{dir: dir, cost: o.Cost, decoy: newDecoy(o.Cost), workers: newPool()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

const (
	fileName = "staff.json"
	lockName = "lock"
)

func (s *Store) path() string { return filepath.Join(s.dir, fileName) }

// Empty reports whether nobody may open the console yet.
func (s *Store) Empty() bool { return len(s.current().users) == 0 }

// HasOwner reports whether somebody may do everything. Without one, users of other roles
// can do nothing about that.
func (s *Store) HasOwner() bool { return s.current().file.hasOwner() }

// Users returns the people in the order of their names.
func (s *Store) Users() []User {
	f := s.current().file
	list := make([]User, len(f.Users))
	for i := range f.Users {
		list[i] = f.Users[i].shown()
	}
	return list
}

// User returns the person with this name, in any spelling that [Name] takes.
func (s *Store) User(name string) (User, bool) {
	name, err := Name(name)
	if err != nil {
		return User{}, false
	}
	u := s.current().users[name]
	if u == nil {
		return User{}, false
	}
	return u.shown(), true
}

// Tokens returns the tokens in the order of their names, those that ended too.
func (s *Store) Tokens() []Token {
	f := s.current().file
	list := make([]Token, len(f.Tokens))
	for i := range f.Tokens {
		list[i] = f.Tokens[i].shown()
	}
	return list
}

// Bearer returns whose token this is, if it has not ended. It compares hashes of
// 256 random bits, so how long it takes tells nothing of a token.
func (s *Store) Bearer(secret string) (Token, bool) {
	if len(secret) != len(tokenPrefix)+tokenDigits {
		return Token{}, false
	}
	t := s.current().tokens[sha256.Sum256([]byte(secret))]
	if t == nil || !t.Ends.IsZero() && !t.Ends.After(time.Now()) {
		return Token{}, false
	}
	return t.shown(), true
}

// Problem says why a file that was changed was not taken up; nil when all is well.
func (s *Store) Problem() error {
	s.current()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}
