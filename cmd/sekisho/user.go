package main

import (
	"errors"

	"github.com/spf13/cobra"

	"sekisho/staff"
)

func userCommand(e *env) *cobra.Command {
	return group("user", "Add, list, remove or reset people who may open the console",
		userAddCommand(e), userListCommand(e), userRemoveCommand(e), userResetCommand(e))
}

// staff opens who may open the console.
func (e *env) staff() (*staff.Store, error) {
	dir, err := e.dir()
	if err != nil {
		return nil, err
	}
	return staff.Open(dir.Console(), staff.Options{})
}

// roleHelp explains the roles to whoever gives one.
const roleHelp = "A viewer reads everything, a reviewer decides incidents as well, and an owner may\n" +
	"change whatever can be changed."

// role reads --role, which has no default: who may do what is to be said.
func role(s string) (staff.Role, error) {
	if s == "" {
		return staff.None, misuse(errors.New("no --role is given"), "say --role owner, reviewer or viewer")
	}
	r, err := staff.ParseRole(s)
	if err != nil {
		return staff.None, misuse(err, "say --role owner, reviewer or viewer")
	}
	return r, nil
}
