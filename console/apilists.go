package console

import (
	"errors"
	"net/http"
	"time"

	"sekisho/journal"
)

// eventList is a page of events. Next is the cursor of the page after it, "" when
// there is none.
type eventList struct {
	Events []journal.Event `json:"events"`
	Next   string          `json:"next"`
}

// apiEvents lists events, the newest first.
func (s *Server) apiEvents(w http.ResponseWriter, r *http.Request, who person) {
	f, cursor, err := eventFilter(who, r.URL.Query(), time.Now())
	if err != nil {
		serveProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	list := eventList{Events: []journal.Event{}}
	j, err := s.reader.get()
	if err == nil && j != nil {
		var p journal.Page
		if p, err = j.Search(r.Context(), f, cursor); len(p.Events) > 0 {
			list.Events = veil(who, p.Events)
		}
		list.Next = p.Next
	}
	if err != nil {
		s.failList(w, r, "read the events", err)
		return
	}
	serveJSON(w, list)
}

// incidentList is a page of incidents, as eventList is of events.
type incidentList struct {
	Incidents []journal.Incident `json:"incidents"`
	Next      string             `json:"next"`
}

// apiIncidents lists incidents, the one that began last first.
func (s *Server) apiIncidents(w http.ResponseWriter, r *http.Request, who person) {
	f, cursor, err := incidentFilter(r.URL.Query(), time.Now())
	if err != nil {
		serveProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	list := incidentList{Incidents: []journal.Incident{}}
	j, err := s.reader.get()
	if err == nil && j != nil {
		var found []journal.Incident
		if found, list.Next, err = j.Incidents(r.Context(), f, cursor); len(found) > 0 {
			list.Incidents = veilIncidents(who, found)
		}
	}
	if err != nil {
		s.failList(w, r, "read the incidents", err)
		return
	}
	serveJSON(w, list)
}

// failList answers for a list that could not be read.
func (s *Server) failList(w http.ResponseWriter, r *http.Request, doing string, err error) {
	if errors.Is(err, journal.ErrCursor) {
		serveProblem(w, http.StatusBadRequest, "cursor: want what \"next\" was, with the same parameters")
		return
	}
	s.fail(w, r, doing, err)
}

// incidentWhole is an incident with its events, the oldest first.
type incidentWhole struct {
	Incident journal.Incident `json:"incident"`
	Events   []journal.Event  `json:"events"`
}

// apiIncident answers with one incident.
func (s *Server) apiIncident(w http.ResponseWriter, r *http.Request, who person) {
	s.serveIncident(w, r, who, r.PathValue("id"))
}

func (s *Server) serveIncident(w http.ResponseWriter, r *http.Request, who person, id string) {
	whole := incidentWhole{Events: []journal.Event{}}
	j, err := s.reader.get()
	if err == nil && j == nil {
		err = journal.ErrNotFound
	}
	if err == nil {
		var events []journal.Event
		if whole.Incident, events, err = j.IncidentByID(r.Context(), id); len(events) > 0 {
			whole.Events = veil(who, events)
		}
	}
	whole.Incident.Account = labelFor(who, whole.Incident.Account)
	switch {
	case errors.Is(err, journal.ErrNotFound):
		serveProblem(w, http.StatusNotFound, "There is no such incident.")
	case err != nil:
		s.fail(w, r, "read the incident", err)
	default:
		serveJSON(w, whole)
	}
}
