package console

import (
	"context"
	"net/netip"

	"sekisho/journal"
)

// newestDanger is the danger that became one last, or nil; unsure says that there may be
// one behind very many that somebody called false alarms.
func newestDanger(ctx context.Context, j *journal.Reader, t today) (inc *journal.Incident, unsure bool, err error) {
	if t.Newest != nil || t.More {
		return t.Newest, t.Newest == nil, nil
	}
	list, next, err := j.Incidents(ctx, journal.IncidentFilter{Danger: journal.DangerReal, Until: t.Day, UpTo: t.UpTo, Limit: 1}, "")
	if err != nil || len(list) == 0 {
		return nil, next != "", err
	}
	return &list[0], false, nil
}

// tried are what an attacker wants, by the technique or the ground of an incident; the
// keys of the texts follow.
var tried = map[string]string{
	"sign-in-copy": "copy", "sign-in-relay": "relay", "amazon-fields": "sign-in",
	"protected-sign-in": "sign-in", "protected-password": "password", "one-time-code": "code",
	"unfamiliar-sign-in": "ask", "guess-oracle": "guess", "protected-id": "id", "crowded-sign-in": "id",
	"lookalike": "name", "blocklist": "list", "feed": "list",
}

// Tried says in a few words what was attempted.
func (w words) Tried(inc journal.Incident) string {
	for _, word := range []string{inc.Technique, inc.Ground} {
		if key := tried[word]; key != "" {
			return w.O("tried." + key)
		}
	}
	return w.O("tried.other")
}

// device is one that an incident concerns, as people know it.
type device struct {
	Client string // its address
	Name   string // "" when it has none
	Here   bool   // whether it is this computer
}

// namesOf returns the names that clients have now, by their addresses.
func namesOf(ctx context.Context, j *journal.Reader) (map[string]string, error) {
	names, err := j.Names(ctx)
	called := map[string]string{}
	for _, n := range names {
		called[n.Client] = n.Name
	}
	return called, err
}

// devicesOf returns the devices of an incident, with the names that they are called by
// now. One of a single client has the name that it had then, if it has none now.
func devicesOf(called map[string]string, inc journal.Incident) (list []device) {
	for _, c := range inc.Clients {
		addr, err := netip.ParseAddr(c)
		d := device{Client: c, Name: called[c], Here: err == nil && addr.IsLoopback()}
		if d.Name == "" && len(inc.Clients) == 1 {
			d.Name = inc.Device
		}
		list = append(list, d)
	}
	return list
}
