package console

import (
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
)

const (
	// idleEnd ends a session that nobody uses, absoluteEnd any: OWASP's session
	// management cheat sheet has 15 to 30 minutes and 4 to 8 hours for what matters
	// less than a bank. A working day with a margin spares a second sign-in.
	idleEnd     = 30 * time.Minute
	absoluteEnd = 10 * time.Hour
	// maxSessions bounds memory; each took a sign-in to make.
	maxSessions = 1000
)

// Keys of what a session holds.
const (
	keyUser  = "user"
	keyEpoch = "epoch"
)

// sessions are kept in memory, so that a restart signs everybody out, and nothing
// that lets somebody in lies on the disk.
type sessions struct {
	plain, secure *scs.SessionManager // one for each kind of cookie
}

func newSessions() sessions {
	store := &sessionStore{kept: map[[sha256.Size]byte]session{}}
	manager := func(cookie string, secure bool) *scs.SessionManager {
		// Not scs.New, whose store has a goroutine that nothing ends.
		return &scs.SessionManager{
			IdleTimeout: idleEnd, Lifetime: absoluteEnd, Store: store, Codec: scs.GobCodec{}, ErrorFunc: sessionFailed,
			Cookie: scs.SessionCookie{
				Name: cookie, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
			},
		}
	}
	// The prefix makes browsers refuse such a cookie from a host that is not this
	// very one, or from one in the clear (RFC 6265bis, section 4.1.3.2).
	return sessions{manager("sekisho-console", false), manager("__Host-sekisho-console", true)}
}

// sessionFailed answers when a session cannot be read or written, which takes a
// defect of this package.
func sessionFailed(w http.ResponseWriter, _ *http.Request, _ error) {
	serveText(w, http.StatusInternalServerError, "The session cannot be used.\n")
}

// of returns the manager of the cookies that r may carry.
func (s sessions) of(r *http.Request) *scs.SessionManager {
	if r.TLS != nil {
		return s.secure
	}
	return s.plain
}

// sessionStore implements [scs.Store]. It knows ids by their hash alone.
type sessionStore struct {
	mu   sync.Mutex
	kept map[[sha256.Size]byte]session
}

type session struct {
	data []byte // nil when it was ended before its time
	ends time.Time
}

// Find implements [scs.Store].
func (s *sessionStore) Find(id string) (data []byte, found bool, err error) {
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.kept[key]
	if !x.ends.After(time.Now()) {
		delete(s.kept, key)
		return nil, false, nil
	}
	return x.data, x.data != nil, nil
}

// Commit implements [scs.Store]. Beyond the bound, the session that would end first
// ends now.
func (s *sessionStore) Commit(id string, data []byte, ends time.Time) error {
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	x, known := s.kept[key]
	if known && x.data == nil {
		return nil
	}
	if !known && len(s.kept) >= maxSessions {
		s.evict()
	}
	s.kept[key] = session{data, ends}
	return nil
}

func (s *sessionStore) evict() {
	var first [sha256.Size]byte
	var at time.Time
	for key, x := range s.kept {
		if at.IsZero() || x.ends.Before(at) {
			first, at = key, x.ends
		}
	}
	delete(s.kept, first)
}

// Delete implements [scs.Store]. That the session ended is remembered for as long
// as a request can take: one that was under way would store it again.
func (s *sessionStore) Delete(id string) error {
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.kept[key]; known {
		s.kept[key] = session{ends: time.Now().Add(2 * exchangeTimeout)}
	}
	return nil
}
