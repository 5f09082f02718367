package console

import (
	"context"
	"crypto/sha256"
	"net/http"
)

// loadSession returns r with the session of its cookie, as it is at this moment.
// Nothing is stored, so that the session's idle end stays where it was.
func (s *Server) loadSession(r *http.Request) (*http.Request, error) {
	m, id := s.sessions.of(r), ""
	if c, err := r.Cookie(m.Cookie.Name); err == nil {
		id = c.Value
	}
	ctx, err := m.Load(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return r.WithContext(ctx), nil
}

// holds reports whether whoever made a request that is still under way would be let
// make it again: the session has not ended, and the person may do what they might.
func (s *Server) holds(r *http.Request, who person) bool {
	// Without what was loaded when the request began, which would be taken again.
	fresh, err := s.loadSession(r.WithContext(context.Background()))
	if err != nil {
		return false
	}
	now, known := s.identify(fresh)
	return known && now.name == who.name && now.role >= who.role
}

// sessionOf returns what tells the session of a request from others.
func (s *Server) sessionOf(r *http.Request) string {
	c, err := r.Cookie(s.sessions.of(r).Cookie.Name)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(c.Value))
	return string(sum[:])
}
