package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sekisho/certs"
	"sekisho/daemon"
)

const caRotateHelp = `Make a new certificate authority in place of the present one, whose key is gone
afterwards. Do this when the authority is about to expire, when its file is
damaged, or when somebody else may have got hold of it.`

func caRotateCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Make a new certificate authority in place of the present one",
		Long:  caRotateHelp,
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return e.rotate() },
	}
}

func (e *env) rotate() error {
	dir, err := e.dir()
	if err != nil {
		return err
	}
	a, err := certs.Rotate(dir.CA(), daemon.CAOptions())
	if err != nil {
		return err
	}
	e.audit("ca.rotate", certs.Fingerprint(a.Root()))
	if _, err := fmt.Fprintln(e.out, certs.Fingerprint(a.Root())); err != nil {
		return err
	}
	steps := []string{}
	if r, err := daemon.ReadRunning(dir); err == nil && r.Alive() {
		steps = append(steps, fmt.Sprintf("Restart sekisho (pid %d); until then it uses the old authority.", r.PID))
	}
	steps = append(steps, "Take away the trust in the old one:  "+e.command("ca untrust"),
		"Trust the new one:  "+e.command("ca trust"),
		"Do the same on every other computer and phone that trusted the old one.")
	e.say("There is a new certificate authority.")
	for i, step := range steps {
		e.say("  %d. %s", i+1, step)
	}
	return nil
}

// openCA opens the certificate authority of a data folder, and makes it if need be.
func (e *env) openCA(dir daemon.Dir) (*certs.Authority, error) {
	a, _, err := certs.Open(dir.CA(), daemon.CAOptions())
	var file *certs.FileError
	if errors.As(err, &file) || err == nil {
		return a, err
	}
	return nil, fmt.Errorf("open the certificate authority: %w", err)
}
