package main

import (
	"github.com/spf13/cobra"

	"sekisho/config"
)

func configDefaultCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "default",
		Short:   "Print the default configuration with comments",
		Long:    "Print every key at its default, with a comment that explains it. Keep what you\nwant to change in a file of your own and name it with --config.",
		Example: "  sekisho config default > sekisho.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := e.out.Write(config.DefaultYAML())
			return err
		},
	}
}
