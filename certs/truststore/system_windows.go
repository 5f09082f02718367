package truststore

import (
	"bytes"
	"crypto/x509"
	"errors"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

const systemName = "Windows (trusted roots of this user)"

func systemStores() []Store { return []Store{system{}} }

// systemHas goes through the ROOT store as this user sees it.
func systemHas(c *x509.Certificate) (bool, error) {
	name, err := windows.UTF16PtrFromString("ROOT")
	if err != nil {
		return false, err
	}
	store, err := windows.CertOpenSystemStore(0, name)
	if err != nil {
		return false, err
	}
	defer func() { _ = windows.CertCloseStore(store, 0) }()
	var cert *windows.CertContext
	for {
		cert, err = windows.CertEnumCertificatesInStore(store, cert) // frees the one before
		if cert == nil {
			if errors.Is(err, syscall.Errno(windows.CRYPT_E_NOT_FOUND)) {
				return false, nil // the end of the list
			}
			return false, err
		}
		if bytes.Equal(unsafe.Slice(cert.EncodedCert, cert.Length), c.Raw) {
			return true, windows.CertFreeCertificateContext(cert)
		}
	}
}

// systemReady has nothing to check: Windows asks by itself.
func systemReady() error { return nil }

func systemLeft(*x509.Certificate) bool { return false }

func systemClean(*x509.Certificate) error { return nil }

func systemElsewhere(*x509.Certificate) string { return "" }

func systemRemedy() string {
	return "answer Yes in the dialog that Windows shows, or do it by hand: write `sekisho ca export` to a file and run " +
		"`certutil -user -addstore Root FILE` (to remove: certmgr.msc, Trusted Root Certification Authorities)"
}
