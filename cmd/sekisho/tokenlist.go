package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

func tokenListCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Print which tokens there are, not the tokens themselves",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			store, err := e.staff()
			if err != nil {
				return err
			}
			if asJSON {
				return e.writeTokensJSON(store.Tokens())
			}
			return e.writeTokens(store.Tokens(), time.Now())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line: name, role, added, ends")
	return c
}

func (e *env) writeTokensJSON(list []staff.Token) error {
	out := json.NewEncoder(e.out)
	out.SetEscapeHTML(false)
	for _, t := range list {
		line := struct {
			Name  string     `json:"name"`
			Role  staff.Role `json:"role"`
			Added time.Time  `json:"added"`
			Ends  time.Time  `json:"ends,omitzero"`
		}(t)
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) writeTokens(list []staff.Token, now time.Time) error {
	if len(list) == 0 {
		e.say("There is no token yet. Add one:  %s", e.command("token add NAME --role viewer"))
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NAME\tROLE\tADDED\tENDS") // Flush reports what Fprintln cannot
	for _, t := range list {
		ends := "never"
		if !t.Ends.IsZero() {
			ends = t.Ends.Local().Format(time.DateTime)
			if !t.Ends.After(now) {
				ends += " (over)"
			}
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.Name, t.Role, t.Added.Local().Format(time.DateTime), ends)
	}
	return w.Flush()
}

func tokenRemoveCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "End a token",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := e.staff()
			if err != nil {
				return err
			}
			err = store.RemoveToken(args[0])
			if errors.Is(err, staff.ErrUnknown) {
				return failed(err, "see: %s", e.command("token list"))
			}
			if err != nil {
				return err
			}
			e.audit("token.remove", args[0])
			e.say("Ended. A running sekisho picks this up by itself.")
			return nil
		},
	}
}
