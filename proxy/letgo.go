package proxy

import (
	"net/http"
	"net/http/httptrace"
	"sync"

	"sekisho/journal"
	"sekisho/proxy/ruling"
)

// letGo records that a protected password goes to its site because a person chose so. Over
// plain http nobody knows yet whether the site can be reached: that is recorded when there is
// a connection, before the password is on it. begun says that r is on its way already.
func (s *Server) letGo(r *http.Request, v *visit, why ruling.Ruling, begun bool) {
	if !why.Amber() {
		s.book(v).Insisted(v.target.name, v.client)
	}
	why.Action, why.Sent = journal.ActionRelease, true
	if begun || v.scheme != "http" {
		s.recordPassed(r.Context(), v, why, true)
		return
	}
	ctx := r.Context()
	record := sync.OnceFunc(func() { s.recordPassed(ctx, v, why, true) })
	*r = *r.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { record() }}))
}
