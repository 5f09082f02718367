package console

import (
	"context"
	"net/http"
	"time"

	"sekisho/journal"
)

const (
	// seenFor is how far back clients count as in use.
	seenFor = 30 * 24 * time.Hour
	// maxClients bounds the clients that the overview shows.
	maxClients = 50
)

// homeView is the first page after signing in: was anybody in danger, who, and what
// waits for a decision.
type homeView struct {
	page
	Whole     bool // whether all parts work
	Observing bool
	Parts     []Part
	Now       time.Time
	Waiting   journal.OpenCount
	Newest    *journal.Incident // the red one that began last, nil when there is none
	Charts    []chart
	Clients   []clientRow
	More      int // clients that are not shown
}

// clientRow says how far a client is protected.
type clientRow struct {
	journal.ClientSeen
	Proxy, CA, DNS string // yes, no or unknown
	// Foreign says that a program there speaks something else than HTTP inside TLS,
	// which is passed on unread.
	Foreign bool
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
		Now: now, Charts: []chart{hourly(now), daily(now)},
	}
	j, err := s.reader.get()
	if err == nil {
		err = v.read(r.Context(), j)
	}
	if err != nil {
		s.failPage(w, r, "read the overview", err)
		return
	}
	s.show(w, http.StatusOK, "home.html", v)
}

// read fills in what the journal knows; j is nil while there is none.
func (v *homeView) read(ctx context.Context, j *journal.Reader) (err error) {
	var hours []journal.HourCount
	if j != nil {
		if v.Waiting, err = j.OpenIncidents(ctx, time.Time{}); err != nil {
			return err
		}
		red, _, err := j.Incidents(ctx, journal.IncidentFilter{Severity: journal.SeverityRed, Limit: 1}, "")
		if err != nil {
			return err
		}
		if len(red) > 0 {
			v.Newest = &red[0]
		}
		if hours, err = j.Hours(ctx, v.Charts[1].Bars[0].From, time.Time{}); err != nil {
			return err
		}
		clients, err := j.Clients(ctx, v.Now.Add(-seenFor))
		if err != nil {
			return err
		}
		for _, c := range clients[:min(len(clients), maxClients)] {
			v.Clients = append(v.Clients, newClientRow(c))
		}
		v.More = len(clients) - len(v.Clients)
	}
	for i := range v.Charts {
		v.Charts[i].count(hours)
	}
	return nil
}

// newClientRow tells from a client's events what protects it. An event of a door
// shows that the door is used. Nothing recorded shows nothing: the journal has no
// harmless visits.
func newClientRow(c journal.ClientSeen) clientRow {
	row := clientRow{ClientSeen: c, Proxy: "unknown", CA: "unknown", DNS: "unknown", Foreign: !c.Techniques[journal.TechniqueForeign].IsZero()}
	through := func(doors ...string) bool {
		for _, d := range doors {
			if !c.Doors[d].IsZero() {
				return true
			}
		}
		return false
	}
	if through(journal.DoorProxy, journal.DoorPage, journal.DoorGuard) {
		row.Proxy = "yes"
	}
	if through(journal.DoorDNS) {
		row.DNS = "yes"
	}
	switch no, yes := c.Techniques[journal.TechniqueStranger], c.Techniques[journal.TechniqueTrusting]; {
	case no.After(yes):
		row.CA = "no"
	case !yes.IsZero() || through(journal.DoorPage, journal.DoorGuard):
		row.CA = "yes" // what those doors see was decrypted
	}
	return row
}
