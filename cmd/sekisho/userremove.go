package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

func userRemoveCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Let a person no longer open the console",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := e.staff()
			if err != nil {
				return err
			}
			err = store.RemoveUser(args[0])
			if errors.Is(err, staff.ErrUnknown) {
				return failed(err, "see: %s", e.command("user list"))
			}
			if err != nil {
				return err
			}
			e.audit("user.remove", args[0])
			e.say("Removed. What that person has open ends; a running sekisho picks this up by itself.")
			if !slices.ContainsFunc(store.Users(), func(u staff.User) bool { return u.Role == staff.Owner }) {
				e.say("No owner is left. Add one:  %s", e.command("user add NAME --role owner"))
			}
			return nil
		},
	}
}
