package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/certs"
	"sekisho/certs/truststore"
)

const caTrustHelp = `Make the browsers of this computer and this user trust the certificate authority of
sekisho, which is made if there is none yet. Each store of trusted certificates is
a line with what became of it; the exit code is 1 when none could be changed.

The authority cannot sign for Amazon's own sign-in names, whoever gets hold of it.`

func caTrustCommand(e *env) *cobra.Command {
	var names []string
	c := &cobra.Command{
		Use:     "trust",
		Short:   "Make this computer's browsers trust the certificate authority",
		Long:    caTrustHelp,
		Example: "  sekisho ca trust\n  sekisho ca trust --store nss",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return e.trust(names) },
	}
	storeFlag(c, &names)
	return c
}

func (e *env) trust(names []string) error {
	chosen, err := stores(names)
	if err != nil {
		return err
	}
	dir, err := e.dir()
	if err != nil {
		return err
	}
	a, err := e.openCA(dir)
	if err != nil {
		return err
	}
	root, worked := a.Root(), false
	var changed []string
	defer func() { e.auditStores("ca.trust", changed) }()
	for _, s := range chosen {
		what := "trusted already"
		has, err := s.Has(root)
		if err == nil && !has {
			what = "trusted now"
			if err = s.Add(root); err == nil {
				changed = append(changed, s.Name())
			}
		}
		worked = worked || err == nil
		if err := e.printStore(s.Name(), what, err); err != nil {
			return err
		}
	}
	if !worked {
		return failed(fmt.Errorf("no store of this computer trusts the certificate %s now", certs.Fingerprint(root)),
			"export it with %q and import it into the browser by hand", e.command("ca export --out sekisho-ca.crt"))
	}
	e.say("Browsers that are open may have to be started again.")
	return nil
}

// auditStores notes the stores that a command changed, if any.
func (e *env) auditStores(what string, changed []string) {
	if len(changed) > 0 {
		e.audit(what, strings.Join(changed, ", "))
	}
}

// printStore prints what became of one store.
func (e *env) printStore(name, what string, err error) error {
	var refused *truststore.Error
	switch {
	case errors.As(err, &refused):
		what = e.told("failed: "+refused.Problem) + ": " + e.told(refused.Remedy)
	case err != nil:
		what = "failed: " + err.Error()
	}
	_, err = fmt.Fprintf(e.out, "%-32s %s\n", name, e.told(what))
	return err
}
