package main

import (
	"context"
	"fmt"

	"sekisho/staff"
)

// examineUsers looks at who may open the console. Nobody can when there is no user,
// and whoever has a secret that never ends should know of it.
func examineUsers(_ context.Context, p *patient) []finding {
	const check = "console"
	if p.dir == "" || p.loaded == nil || p.config.Listen.Console == "" {
		return nil
	}
	store, err := staff.Open(p.dir.Console(), staff.Options{})
	if err != nil {
		return []finding{{check, fail, err.Error(), ""}}
	}
	users, owners := store.Users(), 0
	for _, u := range users {
		if u.Role == staff.Owner {
			owners++
		}
	}
	add := p.e.command("user add NAME --role owner")
	switch {
	case len(users) == 0:
		return []finding{{check, warn, "nobody may sign in yet", add}}
	case owners == 0:
		return []finding{{check, warn, "no owner may sign in", add}}
	}
	found := []finding{{check, ok, fmt.Sprintf("%d may sign in, %d of them as owner", len(users), owners), ""}}
	for _, t := range store.Tokens() {
		if t.Ends.IsZero() {
			found = append(found, finding{check, warn, fmt.Sprintf("the token %s (%s) never ends", t.Name, t.Role), p.e.command("token remove " + shellWord(t.Name))})
		}
	}
	return found
}
