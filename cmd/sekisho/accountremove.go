package main

import (
	"errors"

	"github.com/spf13/cobra"

	"sekisho/accounts"
)

func accountRemoveCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID or LABEL",
		Short: "Stop protecting a sign-in",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := e.accounts(accounts.Options{})
			if err != nil {
				return err
			}
			label, byID := store.Knows([]byte(args[0]))
			if !byID {
				label = args[0]
			}
			label = labelAlone(store, label)
			err = store.Remove(args[0])
			if errors.Is(err, accounts.ErrUnknown) {
				return failed(err, "see: %s", e.command("account list"))
			}
			if err != nil {
				return err
			}
			e.audit("account.remove", label)
			e.say("Removed, with the passwords it had. A running sekisho picks this up by itself.")
			return nil
		},
	}
}
