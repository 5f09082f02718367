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
				return e.writeUsersJSON(store.Users())
			}
			return e.writeUsers(store.Users())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line: name, role, added")
	return c
}

func (e *env) writeUsersJSON(list []staff.User) error {
	out := json.NewEncoder(e.out)
	out.SetEscapeHTML(false)
	for _, u := range list {
		line := struct {
			Name  string     `json:"name"`
			Role  staff.Role `json:"role"`
			Added time.Time  `json:"added"`
		}{u.Name, u.Role, u.Added}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) writeUsers(list []staff.User) error {
	if len(list) == 0 {
		e.say("Nobody may open the console yet. Add somebody:  %s", e.command("user add NAME --role owner"))
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NAME\tROLE\tPASSWORD SINCE") // Flush reports what Fprintln cannot
	for _, u := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", u.Name, u.Role, u.Added.Local().Format(time.DateTime))
	}
	return w.Flush()
}
