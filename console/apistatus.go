package console

import (
	"net/http"
	"time"

	"sekisho/journal"
)

// status is what a monitoring script asks for.
type status struct {
	Status  string            `json:"status"` // ok or failing
	Version string            `json:"version,omitempty"`
	Mode    string            `json:"mode"` // enforce or observe
	Time    time.Time         `json:"time"`
	Parts   map[string]string `json:"parts"`
	// OpenIncidents is how many wait for a decision, counted up to maxLimit.
	OpenIncidents int  `json:"open_incidents"`
	MoreOpen      bool `json:"open_incidents_more"` // there are more than were counted
}

// apiStatus answers with the state of everything.
func (s *Server) apiStatus(w http.ResponseWriter, r *http.Request, _ person) {
	h, _ := s.healthNow()
	out := status{Status: h.Status, Version: s.options.Version, Mode: "enforce", Time: time.Now().UTC().Truncate(time.Second), Parts: h.Parts}
	if !h.whole { // whoever watches wants to know of everything
		out.Status = "failing"
	}
	if s.options.Observing() {
		out.Mode = "observe"
	}
	j, err := s.reader.get()
	if err == nil && j != nil {
		var open []journal.Incident
		var next string
		open, next, err = j.Incidents(r.Context(), journal.IncidentFilter{State: journal.StateOpen, Limit: maxLimit}, "")
		out.OpenIncidents, out.MoreOpen = len(open), next != ""
	}
	if err != nil {
		s.fail(w, r, "count the open incidents", err)
		return
	}
	serveJSON(w, out)
}
