//go:build !linux && !darwin && !windows

package truststore

import (
	"crypto/x509"
	"errors"
)

const systemName = "system"

// systemStores is empty: where roots are kept is not known here.
func systemStores() []Store { return nil }

func systemHas(*x509.Certificate) (bool, error) { return false, errors.ErrUnsupported }

func systemReady() error { return errors.ErrUnsupported }

func systemLeft(*x509.Certificate) bool { return false }

func systemClean(*x509.Certificate) error { return nil }

func systemElsewhere(*x509.Certificate) string { return "" }

func systemRemedy() string { return "import the file that `sekisho ca export` writes by hand" }
