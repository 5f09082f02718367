package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"sekisho/accounts"
)

func accountCommand(e *env) *cobra.Command {
	return group("account", "Add, list or remove the Amazon sign-ins to protect",
		accountAddCommand(e), accountListCommand(e), accountRemoveCommand(e))
}

// accounts opens the protected sign-ins of the data folder.
func (e *env) accounts(o accounts.Options) (*accounts.Store, error) {
	dir, err := e.dir()
	if err != nil {
		return nil, err
	}
	return accounts.Open(filepath.Join(string(dir), "accounts"), o)
}
