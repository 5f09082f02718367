package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sekisho/accounts"
)

func accountListCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "Print the protected sign-ins, without anything of their passwords",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			store, err := e.accounts(accounts.Options{})
			if err != nil {
				return err
			}
			if asJSON {
				return e.writeAccountsJSON(store.List())
			}
			return e.writeAccounts(store.List())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}

// accountLine is one line of list --json.
type accountLine struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Added    time.Time `json:"added"`
	Former   []string  `json:"former_labels,omitempty"` // the latest first
	OldUntil time.Time `json:"old_until,omitzero"`      // until then the password before is recognised too
}

func (e *env) writeAccountsJSON(list []accounts.Account) error {
	out := json.NewEncoder(e.out)
	out.SetEscapeHTML(false)
	for _, a := range list {
		if err := out.Encode(accountLine(a)); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) writeAccounts(list []accounts.Account) error {
	if len(list) == 0 {
		e.say("No sign-in is protected yet. Add one:  %s", e.command("account add ID"))
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "LABEL\tID\tPASSWORD SINCE\tOLD ONE UNTIL") // Flush reports what Fprintln cannot
	for _, a := range list {
		old := "-"
		if !a.OldUntil.IsZero() {
			old = a.OldUntil.Local().Format(time.DateOnly)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Label, a.ID, a.Added.Local().Format(time.DateTime), old)
	}
	return w.Flush()
}
