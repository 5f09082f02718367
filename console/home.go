package console

import (
	"context"
	"net/http"
	"time"

	"sekisho/journal"
	"sekisho/staff"
)

// homeView is the first page after signing in: was anybody in danger, who, and what
// waits for a decision.
type homeView struct {
	page
	Whole     bool // whether all parts work
	Observing bool // now
	Observed  bool // whether some of what is counted was only observed
	Parts     []Part
	Now       time.Time
	Waiting   journal.OpenCount
	Today     today
	Newest    *journal.Incident // the danger that became one last, nil when there is none
	Unsure    bool              // whether there may be one that was not looked at
	Names     bool              // whether the person may name devices
	Local     bool              // whether the person sits at the computer that sekisho runs on
	Charts    []chart
	Clients   []clientRow
	More      bool // whether others are not shown

	called map[string]string // names of clients by their addresses
}

// Figures are the actions that are counted, in the order of the table.
func (homeView) Figures() []string {
	return []string{journal.ActionBlock, journal.ActionHold, journal.ActionWarn, journal.ActionRelease}
}

// State returns the state of a part in words.
func (v homeView) State(p Part) string {
	if p.State == "ok" || p.State == "off" {
		return v.O("part-state." + p.State)
	}
	return v.Sentence("", p.State)
}

// Devices are those of an incident.
func (v homeView) Devices(inc journal.Incident) []device { return devicesOf(v.called, inc) }

// Host is what the computer that sekisho runs on is called, to whoever reads the page.
func (v homeView) Host() (string, error) {
	if v.Local {
		return v.T("today.here")
	}
	return v.T("today.host")
}

// Link is that of figures: see [figureLink].
func (homeView) Link(path string, params ...string) string { return figureLink(path, params...) }

// Many returns a count of what waits, which ends at a thousand.
func (v homeView) Many(n int) (string, error) {
	if n >= 1000 {
		return v.T("home.thousand")
	}
	return v.T("home.count", n)
}

func (s *Server) serveHome(w http.ResponseWriter, r *http.Request, who person) {
	health, _ := s.healthNow()
	now := time.Now()
	v := homeView{
		page: s.page(r, who, "home.title"), Whole: health.whole, Observing: s.options.Observing(), Parts: s.options.Health(),
		Now: now, Names: who.role >= staff.Owner, Local: clientOf(r).IsLoopback(), Charts: []chart{hourly(now), daily(now)},
	}
	j, newest, err := s.newest(r.Context())
	if err == nil {
		err = v.read(r.Context(), j, newest)
	}
	if err == nil {
		v.Clients, v.More, err = s.clients(r.Context(), j, now.Add(-seenFor), maxClients)
	}
	if err != nil {
		s.failPage(w, r, "read the overview", err)
		return
	}
	s.show(w, http.StatusOK, "home.html", v)
}

// read fills in what the journal knows up to an event; j is nil while there is none.
func (v *homeView) read(ctx context.Context, j *journal.Reader, newest int64) (err error) {
	if v.Today, err = newToday(ctx, v.words, j, v.Now, newest); err != nil {
		return err
	}
	var hours []journal.HourCount
	if j != nil {
		if v.Newest, v.Unsure, err = newestDanger(ctx, j, v.Today); err != nil {
			return err
		}
		if v.Waiting, err = j.OpenIncidents(ctx, time.Time{}); err != nil {
			return err
		}
		if v.called, err = namesOf(ctx, j); err != nil {
			return err
		}
		if v.Observed, err = j.ObservedSince(ctx, v.Charts[1].Bars[0].From); err != nil {
			return err
		}
		if hours, err = j.Hours(ctx, v.Charts[1].Bars[0].From, time.Time{}); err != nil {
			return err
		}
	}
	for i := range v.Charts {
		v.Charts[i].count(hours)
	}
	return nil
}
