package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sekisho/config"
	"sekisho/daemon"
)

const configCheckHelp = `Check the configuration of --config: what is written, and what it means (do files
exist, are they lists or certificates, are names names). Nothing is started or
connected to. Every problem is printed at once, led by its YAML path and followed
by its line.

The exit code is 0 when "sekisho run" would take the file, and 2 otherwise.`

func configCheckCommand(e *env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "check",
		Short:   "Report every problem of a configuration at once",
		Long:    configCheckHelp,
		Example: "  sekisho config check --config sekisho.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			loaded, err := e.check()
			if err != nil && asJSON {
				return e.printProblems(err)
			}
			if err != nil {
				return err
			}
			for _, note := range loaded.Notes {
				e.say("left out: %s", note)
			}
			if asJSON {
				return nil
			}
			name := e.configPath
			if name == "" {
				name = "built-in configuration"
			}
			_, err = fmt.Fprintf(e.out, "%s: ok\n", name)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a problem: path, line, problem")
	return c
}

// check reads the configuration and looks into what it means.
func (e *env) check() (*daemon.Loaded, error) {
	cfg, err := e.load()
	if err != nil && len(config.Problems(err)) == 0 {
		return nil, err
	}
	loaded, meaning := daemon.Load(cfg)
	switch {
	case err == nil:
		return loaded, meaning
	case len(config.Problems(meaning)) == 0:
		return nil, err
	}
	return nil, misuse(errors.Join(err, meaning), "")
}

// printProblems prints problems as JSON; an error of another kind is returned.
func (e *env) printProblems(err error) error {
	problems := config.Problems(err)
	if len(problems) == 0 {
		return err
	}
	out := json.NewEncoder(e.out)
	out.SetEscapeHTML(false)
	for _, p := range problems {
		err := out.Encode(struct {
			Path    string `json:"path"`
			Line    int    `json:"line,omitempty"`
			Problem string `json:"problem"`
		}{p.Path, p.Line, p.Problem})
		if err != nil {
			return err
		}
	}
	return &failure{code: codeMisused}
}
