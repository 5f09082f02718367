package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

const userAddHelp = `Let a person open the console. The password is asked for twice without being
shown, or read from the first line of stdin; it has eight characters at least.

` + roleHelp + `

Adding the same name again sets a new password and role, and ends what that
person has open. A running sekisho picks the change up by itself.`

func userAddCommand(e *env) *cobra.Command {
	var u newUser
	c := &cobra.Command{
		Use:     "add NAME",
		Short:   "Let a person open the console, or set a new password",
		Long:    userAddHelp,
		Example: "  sekisho user add mika --role reviewer",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || bool(u.onLine) {
				return misuse(errOnCommandLine, "give the name alone; the password is asked for")
			}
			if len(args) == 0 {
				return misuse(errors.New("no name is given"), "see: sekisho user add --help")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			u.name = args[0]
			return e.addUser(c.Context(), u)
		},
	}
	c.Flags().StringVar(&u.role, "role", "", "what the person may do: owner, reviewer or viewer")
	c.Flags().BoolVar(&u.stdin, "password-stdin", false, "read the password from the first line of stdin")
	u.onLine.hide(c)
	return c
}

// newUser is what the command line says.
type newUser struct {
	name, role string
	stdin      bool
	onLine     refused
}

func (e *env) addUser(ctx context.Context, u newUser) error {
	r, err := role(u.role)
	if err != nil {
		return err
	}
	if _, err := staff.Name(u.name); err != nil {
		return misuse(err, "see: sekisho user add --help")
	}
	store, err := e.staff()
	if err != nil {
		return err
	}
	_, known := store.User(u.name)
	password, err := e.password(ctx, "Password for the console: ", u.stdin)
	defer clear(password)
	if err != nil {
		return err
	}
	added, err := store.AddUser(u.name, r, password)
	if errors.Is(err, staff.ErrInput) {
		return misuse(err, "see: sekisho user add --help")
	}
	if err != nil {
		return err
	}
	if known {
		e.audit("user.change", added.Name+" "+added.Role.String())
		e.say("%s has a new password and the role %s.", added.Name, added.Role)
	} else {
		e.audit("user.add", added.Name+" "+added.Role.String())
		e.say("%s may open the console, as %s.", added.Name, added.Role)
	}
	e.say("A running sekisho picks this up by itself.")
	return nil
}
