package main

import (
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sekisho/certs"
	"sekisho/certs/truststore"
)

const caUntrustHelp = `Remove the certificate authority of sekisho, and those that it replaced, from the
stores of trusted certificates of this computer and this user. Each store is a line
with what became of it; the exit code is 1 when a store still trusts one of them.`

func caUntrustCommand(e *env) *cobra.Command {
	var names []string
	c := &cobra.Command{
		Use:   "untrust",
		Short: "Remove the certificate authority from this computer's browsers",
		Long:  caUntrustHelp,
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return e.untrust(names) },
	}
	storeFlag(c, &names)
	return c
}

func (e *env) untrust(names []string) error {
	chosen, err := stores(names)
	if err != nil {
		return err
	}
	all, err := e.authority()
	if err != nil && !errors.Is(err, certs.ErrNoAuthority) {
		return err
	}
	roots := all.Retired
	if all.Root != nil {
		roots = append(roots, all.Root)
	}
	if len(roots) == 0 {
		return err
	}
	left := 0
	var changed []string
	defer func() { e.auditStores("ca.untrust", changed) }()
	for _, s := range chosen {
		removed, err := removeAll(s, roots)
		what := "was not trusted"
		if removed > 0 {
			changed = append(changed, s.Name())
			what = "no longer trusted"
		}
		if removed > 1 {
			what = fmt.Sprintf("no longer trusted (%d certificates)", removed)
		}
		if err != nil {
			left++
		}
		if err := e.printStore(s.Name(), what, err); err != nil {
			return err
		}
	}
	if left > 0 {
		return failed(fmt.Errorf("%d of %d stores could not be cleaned", left, len(chosen)),
			"remove %q by hand in the settings of the browser or the system", roots[len(roots)-1].Subject.CommonName)
	}
	return nil
}

// removeAll removes those of roots that s has, and returns how many that were.
func removeAll(s truststore.Store, roots []*x509.Certificate) (removed int, err error) {
	for _, root := range roots {
		has, herr := s.Has(root)
		if herr == nil && has {
			if herr = s.Remove(root); herr == nil {
				removed++
			}
		}
		err = errors.Join(err, herr)
	}
	return removed, err
}
