package certs

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxRetired bounds what is kept: three centuries of authorities that end after five
// years, or somebody who rotates in a loop.
const maxRetired = 64

// Rotate makes a new authority in dir in place of the present one, also of one that
// Open refuses. The old key is gone; the old certificates are kept, so that they
// can be untrusted and are still known as ours. A process that has the old
// authority open goes on using it until it opens dir again.
func Rotate(dir string, o Options) (*Authority, error) {
	exclude, err := exclusions(o.Excluded)
	if err != nil {
		return nil, err
	}
	unlock, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if _, err := loadRetired(dir); err != nil { // would make the new one unusable
		return nil, err
	}
	if err := retire(dir); err != nil {
		return nil, err
	}
	if err := create(dir, exclude, o.clock()()); err != nil {
		return nil, err
	}
	return load(dir, exclude, o.clock())
}

// retire keeps the present certificates, if there are any that sekisho made. A
// file too damaged to tell has nothing that a browser could still be trusting
// under our name and that could be found again.
func retire(dir string) error {
	path := filepath.Join(dir, authorityFile)
	data, _, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return replaceable(path, err)
	}
	defer clear(data)
	root, rest, err := nextCertificate(data, "root certificate")
	if err != nil || !isCA(root) || !ours(root) {
		return nil
	}
	out := pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: root.Raw})
	if issuer, _, err := nextCertificate(rest, "issuing certificate"); err == nil && issuer.CheckSignatureFrom(root) == nil {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: issuer.Raw})...)
	}
	folder := filepath.Join(dir, retiredFolder)
	if err := makeFolder(folder); err != nil {
		return err
	}
	sum := sha256.Sum256(root.Raw)
	return writeFile(folder, fmt.Sprintf("%x.crt", sum[:8]), out)
}

// replaceable returns nil when what readFile refused with err can be replaced by a
// rename: a link, a pipe, something huge. A folder cannot, and a file that the
// system does not let us read may hold a root that has to be kept.
func replaceable(path string, err error) error {
	if info, lerr := os.Lstat(path); lerr == nil && !info.IsDir() && errors.Unwrap(err) == nil {
		return nil
	}
	return err
}

// loadRetired reads the certificates that Rotate kept, oldest first.
func loadRetired(dir string) ([]*x509.Certificate, error) {
	folder := filepath.Join(dir, retiredFolder)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failed(folder, "read", remedyRead, err)
	}
	var all []*x509.Certificate
	files := 0
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") { // left by an interrupted write
			continue
		}
		if files++; files > maxRetired {
			return nil, &FileError{
				Path:    folder,
				Problem: fmt.Sprintf("has more than %d files", maxRetired),
				Remedy:  "remove the oldest of its files, once no browser trusts them any more",
			}
		}
		certs, err := readRetired(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, certs...)
	}
	slices.SortStableFunc(all, func(x, y *x509.Certificate) int { return x.NotBefore.Compare(y.NotBefore) })
	return all, nil
}

// readRetired reads a root and, if it was kept, its issuer.
func readRetired(path string) ([]*x509.Certificate, error) {
	const remedy = "remove the file, and remove the old certificate by hand wherever it is still trusted"
	bad := func(problem string) error { return &FileError{Path: path, Problem: problem, Remedy: remedy} }
	data, _, err := readFile(path)
	if err != nil {
		if e, ok := errors.AsType[*FileError](err); ok {
			e.Remedy = remedy
		}
		return nil, err
	}
	var certs []*x509.Certificate
	for len(bytes.TrimSpace(data)) > 0 {
		var c *x509.Certificate
		c, data, err = nextCertificate(data, "certificate")
		if err != nil || !isCA(c) || !ours(c) || len(certs) == 2 {
			return nil, bad("is no certificate that sekisho retired")
		}
		certs = append(certs, c)
	}
	if len(certs) == 0 {
		return nil, bad("is empty")
	}
	return certs, nil
}

// roots returns those of certs that are self-signed.
func roots(certs []*x509.Certificate) []*x509.Certificate {
	var out []*x509.Certificate
	for _, c := range certs {
		if bytes.Equal(c.RawSubject, c.RawIssuer) {
			out = append(out, c)
		}
	}
	return out
}

// without returns those of certs that are none of drop. A rotation that was
// interrupted leaves the present authority among the retired ones.
func without(certs []*x509.Certificate, drop ...*x509.Certificate) []*x509.Certificate {
	return slices.DeleteFunc(certs, func(c *x509.Certificate) bool {
		return slices.ContainsFunc(drop, c.Equal)
	})
}
