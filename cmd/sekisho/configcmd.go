package main

import "github.com/spf13/cobra"

func configCommand(e *env) *cobra.Command {
	return group("config", "Check a configuration or print the default one",
		configCheckCommand(e), configDefaultCommand(e))
}
