package truststore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/smallstep/truststore"
)

const systemName = "system"

// maxBundle is far above any system's: Debian's takes 220 KiB.
const maxBundle = 16 << 20

// systemBundles are the files from which programs read all roots at once; a system
// has one or a few of them. They are Go's own, see crypto/x509/root_linux.go.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo, Arch, Alpine
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7 and later
	"/etc/ssl/cert.pem",                                 // Alpine
}

// systemStores is empty on a system that has nowhere to put a root.
func systemStores() []Store {
	if truststore.SystemTrustCommand == nil {
		return nil
	}
	return []Store{system{}}
}

func systemHas(c *x509.Certificate) (bool, error) {
	for _, path := range systemBundles {
		data, err := readBounded(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		if contains(data, c) {
			return true, nil
		}
	}
	return false, nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBundle+1))
	if err == nil && len(data) > maxBundle {
		err = fmt.Errorf("%q is larger than %d bytes", path, maxBundle)
	}
	return data, err
}

// systemReady sees that the commands can work, for the library tells less.
func systemReady() error {
	if len(truststore.SystemTrustCommand) == 0 {
		return truststore.ErrNotSupported
	}
	tool := truststore.SystemTrustCommand[0]
	if _, err := exec.LookPath(tool); err != nil {
		if _, err := os.Stat(filepath.Join("/usr/sbin", tool)); err != nil { // often not in a user's PATH, but in sudo's
			return fmt.Errorf("%q is not installed (package ca-certificates)", tool)
		}
	}
	const write = 2 // W_OK of access(2)
	if _, err := exec.LookPath("sudo"); err != nil && syscall.Access(filepath.Dir(truststore.SystemTrustFilename), write) != nil {
		return errors.New("that needs root, and there is no sudo")
	}
	return nil
}

// anchorFile is where the library puts c.
func anchorFile(c *x509.Certificate) string {
	return fmt.Sprintf(truststore.SystemTrustFilename, filePrefix+c.SerialNumber.String())
}

// systemLeft reports whether a file of ours waits for the next update of the store,
// or a link to one was left behind.
func systemLeft(c *x509.Certificate) bool {
	_, file := os.Lstat(anchorFile(c))
	_, link := os.Lstat(anchorLink(c))
	return file == nil || link == nil
}

// anchorLink is what Debian's update-ca-certificates makes for it.
func anchorLink(c *x509.Certificate) string {
	name := strings.TrimSuffix(filepath.Base(anchorFile(c)), filepath.Ext(truststore.SystemTrustFilename)) + ".pem"
	return filepath.Join(filepath.Dir(systemBundles[0]), name)
}

// systemClean removes the links that Debian's update-ca-certificates leaves dangling
// in /etc/ssl/certs when a root has gone: it only looks for them when another has
// come, or when it is told to start afresh.
func systemClean(c *x509.Certificate) error {
	if _, err := os.Lstat(anchorLink(c)); err != nil {
		return nil
	}
	command := truststore.SystemTrustCommand
	if filepath.Base(command[0]) != "update-ca-certificates" {
		return nil
	}
	cmd := truststore.CommandWithSudo(slices.Concat(command, []string{"--fresh"})...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return truststore.NewCmdError(err, cmd, out)
	}
	return nil
}

// systemElsewhere names the files that hold c beside the library's own.
func systemElsewhere(c *x509.Certificate) string {
	paths, _ := filepath.Glob(filepath.Join(filepath.Dir(anchorFile(c)), "*"))
	var found []string
	for _, path := range paths {
		if data, err := readBounded(path); err == nil && contains(data, c) {
			found = append(found, fmt.Sprintf("%q", path))
		}
	}
	if found == nil {
		return ""
	}
	return ", for it is also in " + strings.Join(found, ", ")
}

func systemRemedy() string {
	if truststore.SystemTrustCommand == nil {
		return "install the package ca-certificates and try again"
	}
	return fmt.Sprintf("run the command again on a terminal where sudo can ask for a password, or do it by hand: "+
		"write `sekisho ca export` to a file in %q (or remove sekisho's file there) and run `sudo %s`",
		filepath.Dir(truststore.SystemTrustFilename), strings.Join(truststore.SystemTrustCommand, " "))
}
