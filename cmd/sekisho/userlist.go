package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

func userListCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Print who may open the console, without anything of their passwords",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			store, err := e.staff()
			if err != nil {
				return err
			}
			if asJSON {
				return e.writeUsersJSON(store)
			}
			return e.writeUsers(store)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line: name, role, added, totp, passkeys")
	return c
}

func (e *env) writeUsersJSON(store *staff.Store) error {
	out := json.NewEncoder(e.out)
	out.SetEscapeHTML(false)
	for _, u := range store.Users() {
		f := store.Factors(u.Name)
		line := struct {
			Name     string     `json:"name"`
			Role     staff.Role `json:"role"`
			Added    time.Time  `json:"added"`
			TOTP     bool       `json:"totp"`
			Passkeys int        `json:"passkeys"`
		}{u.Name, u.Role, u.Added, f.TOTP, len(f.Passkeys)}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) writeUsers(store *staff.Store) error {
	list := store.Users()
	if len(list) == 0 {
		e.say("Nobody may open the console yet. Add somebody:  %s", e.command("user add NAME --role owner"))
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NAME\tROLE\tPASSWORD SINCE\tBESIDES") // Flush reports what Fprintln cannot
	for _, u := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.Name, u.Role, u.Added.Local().Format(time.DateTime), besides(store.Factors(u.Name)))
	}
	return w.Flush()
}

// besides says what a person shows besides the password.
func besides(f staff.Factors) string {
	switch n := len(f.Passkeys); {
	case !f.Any():
		return "nothing"
	case n == 0:
		return "codes"
	case f.TOTP:
		return fmt.Sprintf("codes, passkeys: %d", n)
	default:
		return fmt.Sprintf("passkeys: %d", n)
	}
}
