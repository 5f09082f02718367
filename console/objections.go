package console

import (
	"context"
	"strings"

	"sekisho/journal"
)

const (
	// maxBeside bounds each list of what was said beside an incident.
	maxBeside = 20
	// maxObjections bounds the objections that are looked at for it.
	maxObjections = 100
)

// objections returns the other visits whose visitor asked for another look: those that
// wait and are decided with inc, and those that were decided with it, which nobody may
// have read by themselves.
func objections(ctx context.Context, j *journal.Reader, inc journal.Incident) (asking, asked []journal.Incident, err error) {
	if inc.Host == "" || inc.Exercise() {
		return nil, nil, nil
	}
	for _, state := range []string{journal.StateOpen, ""} {
		list, _, err := j.Incidents(ctx, journal.IncidentFilter{State: state, Appealed: true, Limit: maxObjections}, "")
		if err != nil {
			return nil, nil, err
		}
		for _, x := range list {
			about := x.Host == inc.Host || strings.HasSuffix(x.Host, "."+inc.Host)
			switch {
			case x.ID == inc.ID || !about || x.Exercise():
			case state == journal.StateOpen:
				asking = append(asking, x)
			case x.Earlier == inc.ID && x.State != journal.StateOpen && !x.Appealed.After(x.Decided):
				asked = append(asked, x)
			}
		}
	}
	return asking[:min(len(asking), maxBeside)], asked[:min(len(asked), maxBeside)], nil
}
