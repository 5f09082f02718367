package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sekisho/config"
	"sekisho/staff"
)

func tokenCommand(e *env) *cobra.Command {
	return group("token", "Add, list or remove tokens for the API",
		tokenAddCommand(e), tokenListCommand(e), tokenRemoveCommand(e))
}

const tokenAddHelp = `Make a token with which a program uses the API, and print it, alone on stdout. It
is shown this once; what is kept is its hash. Pass it on as

  Authorization: Bearer TOKEN

` + roleHelp + `

The API is described by /api/v1/openapi.json on the console.`

func tokenAddCommand(e *env) *cobra.Command {
	var roleName, ttl string
	c := &cobra.Command{
		Use:     "add NAME",
		Short:   "Make a token and print it",
		Long:    tokenAddHelp,
		Example: "  sekisho token add nightly-report --role viewer --ttl 365d",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return e.addToken(args[0], roleName, ttl)
		},
	}
	c.Flags().StringVar(&roleName, "role", "", "what the program may do: owner, reviewer or viewer")
	c.Flags().StringVar(&ttl, "ttl", "30d", "how long the token works, such as `12h` or 365d; 0 is for ever")
	return c
}

func (e *env) addToken(name, roleName, ttl string) error {
	r, err := role(roleName)
	if err != nil {
		return err
	}
	lasts, err := config.ParseDuration(ttl)
	if err != nil {
		return misuse(fmt.Errorf("--ttl %q: %w", ttl, err), "")
	}
	var ends time.Time
	if lasts > 0 {
		ends = time.Now().Add(time.Duration(lasts))
	}
	store, err := e.staff()
	if err != nil {
		return err
	}
	secret, err := store.AddToken(name, r, ends)
	switch {
	case errors.Is(err, staff.ErrInput):
		return misuse(err, "see: sekisho token add --help")
	case errors.Is(err, staff.ErrTaken):
		return failed(err, "choose another, or end that one first:  %s", e.command("token remove "+shellWord(name)))
	case err != nil:
		return err
	}
	if _, err := fmt.Fprintln(e.out, secret); err != nil {
		// Nobody has it, so nobody must be able to use it.
		return errors.Join(fmt.Errorf("print the token: %w", err), store.RemoveToken(name))
	}
	e.audit("token.add", name+" "+r.String())
	until := "for ever"
	if !ends.IsZero() {
		until = "until " + ends.Local().Format(time.DateTime)
	}
	e.say("This token works %s, as %s. It is shown this once. A running sekisho picks it up by itself.", until, r)
	return nil
}
