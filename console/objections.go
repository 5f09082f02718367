package console

import (
	"cmp"
	"context"
	"slices"

	"sekisho/journal"
)

const (
	// maxBeside bounds each list of what was said beside an incident.
	maxBeside = 20
	// maxObjections bounds the objections about its site that are looked at for it.
	maxObjections = 100
)

// objections returns the other visits whose visitor asked for another look: those that
// wait and are decided with inc, and those that were decided with it, which nobody may
// have read by themselves.
func objections(ctx context.Context, j *journal.Reader, inc journal.Incident) (asking, asked []journal.Incident, err error) {
	if inc.Host == "" || inc.Exercise() {
		return nil, nil, nil
	}
	about := func(state string) (list []journal.Incident, err error) {
		list, _, err = j.Incidents(ctx, journal.IncidentFilter{State: state, Appealed: true, Below: inc.Host, Limit: maxObjections}, "")
		return slices.DeleteFunc(list, func(x journal.Incident) bool { return x.ID == inc.ID || x.Exercise() }), err
	}
	if asking, err = about(journal.StateOpen); err != nil {
		return nil, nil, err
	}
	if state := cmp.Or(inc.Again, inc.State); state != journal.StateOpen {
		if asked, err = about(state); err != nil {
			return nil, nil, err
		}
		asked = slices.DeleteFunc(asked, func(x journal.Incident) bool { return x.Earlier != inc.ID || x.Appealed.After(x.Decided) })
	}
	return asking[:min(len(asking), maxBeside)], asked[:min(len(asked), maxBeside)], nil
}
