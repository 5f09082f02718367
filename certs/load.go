package certs

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Certificates are the public half of an authority.
type Certificates struct {
	Root    *x509.Certificate   // what browsers trust
	Issuer  *x509.Certificate   // what signs leaves
	Retired []*x509.Certificate // roots of earlier authorities, oldest first
}

// Read returns the certificates of the authority in dir. It makes nothing, needs no
// private key, and takes an authority that has expired. Without an authority the
// error is [ErrNoAuthority], and Retired is still filled in.
func Read(dir string) (Certificates, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return Certificates{}, notFolder(dir)
	}
	retired, err := loadRetired(dir)
	if err != nil {
		return Certificates{}, err
	}
	out := Certificates{Retired: roots(retired)}
	path := filepath.Join(dir, authorityFile)
	data, _, err := readAuthority(dir, path)
	if err != nil {
		return out, err
	}
	defer clear(data)
	b, _, err := parseCertificates(data)
	if err == nil {
		err = b.verifyChain()
	}
	if err != nil {
		return out, at(path, err)
	}
	out.Root, out.Issuer = b.root, b.issuer
	out.Retired = without(out.Retired, b.root)
	return out, nil
}

// load reads and checks everything in dir and changes nothing.
func load(dir string, exclude []string, now func() time.Time) (*Authority, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, notFolder(dir)
	}
	path := filepath.Join(dir, authorityFile)
	b, err := loadBundle(dir, path, exclude, now())
	if err != nil {
		return nil, at(path, err)
	}
	retired, err := loadRetired(dir)
	if err != nil {
		return nil, err
	}
	return newAuthority(b, without(retired, b.root, b.issuer), now), nil
}

func loadBundle(dir, path string, exclude []string, now time.Time) (bundle, error) {
	data, info, err := readAuthority(dir, path)
	if err != nil {
		return bundle{}, err
	}
	defer clear(data)
	if err := checkFolder(dir); err != nil {
		return bundle{}, err
	}
	if err := checkSecret(path, info); err != nil {
		return bundle{}, err
	}
	b, err := parseBundle(data)
	if err != nil {
		return bundle{}, err
	}
	return b, b.verify(exclude, now)
}

// readAuthority is readFile that says ErrNoAuthority for a file that is not there.
func readAuthority(dir, path string) ([]byte, fs.FileInfo, error) {
	data, info, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("folder %q: %w", dir, ErrNoAuthority)
	}
	return data, info, err
}

func newAuthority(b bundle, retired []*x509.Certificate, now func() time.Time) *Authority {
	a := &Authority{
		root:    b.root,
		issuer:  b.issuer,
		retired: retired,
		keys:    make(map[[sha256.Size]byte]struct{}),
		minter:  sync.OnceValues(func() (*minter, error) { return newMinter(b.issuer, signer{b.key}) }),
		now:     now,
		leaves:  newCache(maxLeaves),

		standIns: newCache(maxStandIns),
	}
	for _, c := range a.family() {
		a.keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = struct{}{}
	}
	return a
}

// family returns every CA certificate of this installation.
func (a *Authority) family() []*x509.Certificate {
	return append([]*x509.Certificate{a.root, a.issuer}, a.retired...)
}

func (o Options) clock() func() time.Time {
	if o.Now == nil {
		return time.Now
	}
	return o.Now
}
