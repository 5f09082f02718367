package truststore

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	systemName     = "System keychain"
	systemKeychain = "/Library/Keychains/System.keychain"
)

func systemStores() []Store { return []Store{system{}} }

// systemHas wants both the certificate in the keychain and an administrator's trust
// setting for it: removing the trust leaves the certificate behind.
func systemHas(c *x509.Certificate) (bool, error) {
	in, err := inKeychain(c)
	if !in || err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "sekisho-trust-*")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	settings := filepath.Join(dir, "settings.plist")
	if out, err := run("security", "trust-settings-export", "-d", settings); err != nil {
		if bytes.Contains(out, []byte("No Trust Settings")) {
			return false, nil
		}
		return false, fmt.Errorf("%w (%s)", err, excerpt(out))
	}
	data, err := os.ReadFile(settings)
	if err != nil {
		return false, err
	}
	return bytes.Contains(data, []byte("<key>"+sha1Hex(c)+"</key>")), nil
}

func inKeychain(c *x509.Certificate) (bool, error) {
	out, err := run("security", "find-certificate", "-a", "-p", systemKeychain)
	if err != nil {
		return false, fmt.Errorf("%w (%s)", err, excerpt(out))
	}
	return contains(out, c), nil
}

// systemReady has nothing to check: sudo and security are part of the system.
func systemReady() error { return nil }

// systemLeft reports whether the certificate lies in the keychain untrusted.
func systemLeft(c *x509.Certificate) bool {
	in, err := inKeychain(c)
	return in && err == nil
}

// systemClean takes the certificate itself out, of which the library only removes
// the trust.
func systemClean(c *x509.Certificate) error {
	if !systemLeft(c) {
		return nil
	}
	cmd := exec.Command("sudo", "security", "delete-certificate", "-Z", sha1Hex(c), systemKeychain) // sudo may ask on the terminal
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w (%s)", err, excerpt(out))
	}
	return nil
}

// sha1Hex is the name under which macOS files c. Nothing rests on its strength: the
// certificate itself is compared as well.
func sha1Hex(c *x509.Certificate) string {
	return strings.ToUpper(fmt.Sprintf("%x", sha1.Sum(c.Raw)))
}

func systemElsewhere(*x509.Certificate) string { return "" }

func systemRemedy() string {
	return "run the command again in a Terminal window of an administrator, where sudo can ask for a password, " +
		"or do it by hand in Keychain Access with the file that `sekisho ca export` writes"
}
