package console

import (
	"net/http"
	"time"

	"sekisho/journal"
)

// eventsView is the list of events.
type eventsView struct {
	page
	list
	Events    []journal.Event
	CSV, JSON string // where exactly what is filtered can be fetched
	Most      int    // how many events these have at most
}

// serveEvents shows events, the newest first.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request, who person) {
	now, q := time.Now(), listQuery(r)
	f, cursor, err := eventFilter(q, now)
	v := eventsView{page: s.page(r, who, "events.title"), list: newList("/events", q, err), Most: maxExport}
	v.Fields = []field{
		{"since", q.Get("since"), nil},
		{"until", q.Get("until"), nil},
		{"severity", q.Get("severity"), v.choices("severity", severityWords)},
		{"action", q.Get("action"), v.choices("action", actionWords)},
		{"door", q.Get("door"), v.choices("door", doorWords)},
		{"text", q.Get("text"), nil},
		{"host", q.Get("host"), nil},
		{"client", q.Get("client"), nil},
		{"device", q.Get("device"), nil},
		{"technique", q.Get("technique"), nil},
		{"account", q.Get("account"), nil},
		{"incident", q.Get("incident"), nil},
	}
	if v.Wrong != "" {
		s.show(w, http.StatusBadRequest, "events.html", v)
		return
	}
	v.fix(f.Since, &f.Until, now)
	var found journal.Page
	j, err := s.reader.get()
	if err == nil && j != nil {
		found, err = j.Search(r.Context(), f, cursor)
	}
	if err != nil {
		s.failPage(w, r, "read the events", err)
		return
	}
	v.Events = found.Events
	v.pages(cursor, found.Next)
	v.CSV, v.JSON = v.at("/events.csv", ""), v.at("/events.jsonl", "")
	s.show(w, http.StatusOK, "events.html", v)
}
