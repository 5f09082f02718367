package console

import (
	"context"
	"net/http"
	"time"

	"sekisho/journal"
)

// serveEndangered shows the clients that the dangers of some time concern: the devices
// that the overview counts.
func (s *Server) serveEndangered(w http.ResponseWriter, r *http.Request, who person) {
	q := newQuery(listQuery(r), time.Now())
	f := journal.IncidentFilter{Danger: q.word("danger", []string{journal.DangerReal}), Since: q.when("since"), Until: q.when("until"), UpTo: q.id("upto")}
	if q.err() != nil {
		s.refuse(w, r, http.StatusBadRequest, "The address of this page is not complete.")
		return
	}
	v := clientsView{Danger: true}
	j, err := s.reader.get()
	if err == nil && j != nil {
		v.Clients, v.More, err = s.endangered(r.Context(), j, f)
	}
	if err != nil {
		s.failPage(w, r, "read the clients", err)
		return
	}
	s.showRows(w, r, who, http.StatusOK, v)
}

// endangered returns the clients that the dangers of the time of f concern, the one seen
// last first. more says that there may be others.
func (s *Server) endangered(ctx context.Context, j *journal.Reader, f journal.IncidentFilter) (rows []clientRow, more bool, err error) {
	n, err := j.Dangers(ctx, f.Since, f.Until, f.UpTo)
	if err != nil {
		return nil, false, err
	}
	list, _, err := j.Clients(ctx, time.Time{}, 0, n.Clients...)
	for _, c := range list {
		rows = append(rows, newClientRow(c, s.presenceOf(c.Client)))
	}
	return rows, n.Devices > len(n.Clients), err
}
