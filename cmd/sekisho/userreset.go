package main

import (
	"errors"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

const userResetHelp = `Have a person show nothing but the password at the next sign-in to the console, as
when the telephone is lost and so are the recovery codes. One-time codes, passkeys
and recovery codes are forgotten; what the person has open ends, also when there were
none of these. A new password
alone ("user add") leaves them in force.`

func userResetCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "reset NAME",
		Short: "Forget a person's one-time codes and passkeys",
		Long:  userResetHelp,
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := e.staff()
			if err != nil {
				return err
			}
			had := store.Factors(args[0]).Any()
			err = store.ResetFactors(args[0])
			if errors.Is(err, staff.ErrUnknown) {
				return failed(err, "see: %s", e.command("user list"))
			}
			if err != nil {
				return err
			}
			e.audit("user.reset", args[0])
			if had {
				e.say("Forgotten: the password alone is asked for. What was open has ended. A running sekisho picks this up by itself.")
			} else {
				e.say("There was nothing to forget: the password alone was asked for already. What was open has ended. A running sekisho picks this up by itself.")
			}
			return nil
		},
	}
}
