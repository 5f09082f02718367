package truststore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"sync"

	"github.com/smallstep/truststore"
)

// filePrefix begins the name of the file that the system's store keeps; the
// certificate's serial number ends it. Left alone, the library would use the
// common name, which is neither ASCII nor free of parentheses.
const filePrefix = "sekisho-"

// system is the store of the operating system.
type system struct{}

// systemMu keeps the library's package variables and the system's commands to one
// caller at a time.
var systemMu sync.Mutex

// Name is the platform's name for it.
func (system) Name() string { return systemName }

// Has reads the store.
func (s system) Has(c *x509.Certificate) (bool, error) {
	ok, err := systemHas(c)
	if err != nil {
		return false, s.problem("cannot be read", err)
	}
	return ok, nil
}

// Add runs the platform's own command, through sudo where there is one.
func (s system) Add(c *x509.Certificate) error {
	systemMu.Lock()
	defer systemMu.Unlock()
	if ok, err := s.Has(c); ok || err != nil {
		return err
	}
	if err := systemReady(); err != nil {
		return s.problem("cannot be changed", err)
	}
	if err := truststore.Install(c, truststore.WithPrefix(filePrefix)); err != nil {
		return s.problem("the certificate was not added", err)
	}
	if ok, err := s.Has(c); ok || err != nil {
		return err
	}
	return s.problem("the certificate is still not trusted after it was added", nil)
}

// Remove runs the platform's own command, through sudo where there is one.
func (s system) Remove(c *x509.Certificate) error {
	systemMu.Lock()
	defer systemMu.Unlock()
	ok, err := s.Has(c)
	if err != nil {
		return err
	}
	if !ok && !systemLeft(c) {
		return nil
	}
	if err := systemReady(); err != nil {
		return s.problem("cannot be changed", err)
	}
	err = truststore.Uninstall(c, truststore.WithPrefix(filePrefix))
	if err != nil && !errors.Is(err, truststore.ErrNotFound) {
		return s.problem("the certificate was not removed", err)
	}
	if err := systemClean(c); err != nil {
		return s.problem("the certificate was not removed", err)
	}
	if ok, err = s.Has(c); !ok || err != nil {
		return err
	}
	return &Error{
		Store:   s.Name(),
		Problem: "the certificate is still trusted after it was removed" + systemElsewhere(c),
		Remedy:  "somebody added it by other means; take it out by hand",
	}
}

// problem makes an Error of what a command said, with the way to do it by hand.
func (s system) problem(what string, err error) error {
	if ce, ok := errors.AsType[*truststore.CmdError](err); ok {
		what = fmt.Sprintf("%s: %v", what, ce)
		if said := excerpt(ce.Out()); said != "" {
			what += " (" + said + ")"
		}
	} else if err != nil {
		what = fmt.Sprintf("%s: %v", what, err)
	}
	return &Error{Store: s.Name(), Problem: what, Remedy: systemRemedy(), Err: err}
}
