package console

import (
	"net/http"
	"time"

	"sekisho/journal"
)

// incidentsView is the list of incidents.
type incidentsView struct {
	page
	list
	Incidents []journal.Incident
}

// serveIncidents shows incidents, the one that began last first.
func (s *Server) serveIncidents(w http.ResponseWriter, r *http.Request, who person) {
	q := listQuery(r)
	j, newest, err := s.newest(r.Context())
	if err != nil {
		s.failPage(w, r, "read the incidents", err)
		return
	}
	now := time.Now() // after newest, which so is before the end of the list
	f, cursor, err := incidentFilter(q, now)
	v := incidentsView{page: s.page(r, who, "incidents.title"), list: newList("/incidents", q, err)}
	v.Fields = []field{
		{"state", q.Get("state"), v.choices("state", stateWords)},
		{"severity", q.Get("severity"), v.choices("severity", severityWords)},
		{"danger", q.Get("danger"), v.choices("danger", dangerWords)},
		{"appealed", q.Get("appealed"), []choice{{"true", v.O("appealed.true")}}},
		{"host", q.Get("host"), nil},
		{"client", q.Get("client"), nil},
		{"since", q.Get("since"), nil},
		{"until", q.Get("until"), nil},
	}
	if len(v.Wrong) > 0 {
		s.show(w, http.StatusBadRequest, "incidents.html", v)
		return
	}
	v.fix(f.Since, &f.Until, &f.UpTo, newest, now)
	var next string
	if j != nil {
		v.Incidents, next, err = j.Incidents(r.Context(), f, cursor)
	}
	if err != nil {
		s.failPage(w, r, "read the incidents", err)
		return
	}
	v.pages(cursor, next)
	s.show(w, http.StatusOK, "incidents.html", v)
}
