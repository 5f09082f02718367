package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"sekisho/journal"
)

// eventsView is the list of events.
type eventsView struct {
	page
	list
	Events    []journal.Event
	CSV, JSON string // where exactly what is filtered can be fetched
	Excel     string // the same as CSV, for Excel
	Stream    string // where new ones come from, "" when the list has an end
	After     int64  // the list has everything up to this id
	MostLive  int    // how many rows the page holds while they come
}

// policy is looser where rows come by themselves.
func (v eventsView) policy() string {
	if v.Stream == "" {
		return v.page.policy()
	}
	return livePolicy
}

// serveEvents shows events, the newest first.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request, who person) {
	q := listQuery(r)
	j, newest, err := s.newest(r.Context())
	if err != nil {
		s.failPage(w, r, "read the events", err)
		return
	}
	now := time.Now() // after newest, which so is before the end of the list
	f, cursor, err := eventFilter(who, q, now)
	v := eventsView{page: s.page(r, who, "events.title"), list: newList("/events", q, err)}
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
		{"exercise", q.Get("exercise"), []choice{{"true", v.O("exercise.true")}, {"false", v.O("exercise.false")}}},
	}
	if len(v.Wrong) > 0 {
		s.show(w, http.StatusBadRequest, "events.html", v)
		return
	}
	live := f.Until.IsZero() && f.UpTo == 0 && cursor == ""
	v.fix(f.Since, &f.Until, &f.UpTo, newest, now)
	var found journal.Page
	if j != nil {
		found, err = j.Search(r.Context(), f, cursor)
	}
	if err != nil {
		s.failPage(w, r, "read the events", err)
		return
	}
	v.Events = veil(who, found.Events)
	v.pages(cursor, found.Next)
	v.CSV, v.JSON = v.at("/events.csv", ""), v.at("/events.jsonl", "")
	v.Excel = v.CSV + "&" + forExcel + "=true" // which has a parameter: the end of its time
	if live {
		v.follow(newest)
	}
	s.show(w, http.StatusOK, "events.html", v)
}

// newest returns the journal, nil when there is none yet, and its newest id.
func (s *Server) newest(ctx context.Context) (j *journal.Reader, id int64, err error) {
	if j, err = s.reader.get(); j != nil && err == nil {
		id, err = j.Newest(ctx)
	}
	return j, id, err
}

// follow has the page go on from where its list ends: newest was the newest id
// before the list was read, which may have later ones already.
func (v *eventsView) follow(newest int64) {
	v.After, v.MostLive = newest, maxLiveRows
	if len(v.Events) > 0 {
		v.After = max(newest, v.Events[0].ID)
	}
	q := url.Values{}
	for key, values := range v.fixed {
		if key != "until" && key != "upto" && key != "limit" {
			q[key] = values
		}
	}
	q.Set("lang", string(v.Lang))
	v.Stream = streamPath + "?" + q.Encode()
}
