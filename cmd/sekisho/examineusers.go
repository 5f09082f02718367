package main

import (
	"context"

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
		return []finding{{check, warn, p.say("nobody may sign in yet", "サインインできる人がまだいません"), add}}
	case owners == 0:
		return []finding{{check, warn, p.say("no owner may sign in", "サインインできる責任者がいません"), add}}
	}
	found := []finding{{check, ok, p.say("%d may sign in, %d of them as owner", "サインインできる人は %d 人、うち責任者は %d 人", len(users), owners), ""}}
	for _, t := range store.Tokens() {
		if t.Ends.IsZero() {
			found = append(found, finding{check, warn, p.say("the token %s (%s) never ends", "トークン %s (%s) には期限がありません", t.Name, t.Role), p.e.command("token remove " + shellWord(t.Name))})
		}
	}
	return found
}
