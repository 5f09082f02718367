package truststore

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

const (
	installTool = "install certutil (Debian and Ubuntu: `sudo apt install libnss3-tools`, Fedora: nss-tools, " +
		"Arch: nss, openSUSE: mozilla-nss-tools) and try again"
	importByHand = "close the browser and try again, or import the file that `sekisho ca export` writes in the browser's settings"
)

// nss is one NSS database, changed with certutil. See
// https://firefox-source-docs.mozilla.org/security/nss/legacy/tools/certutil/.
type nss struct {
	label string // the browser
	dir   string // the folder that holds cert9.db
	home  string // whose owner must be the one who runs us
	tool  string // certutil; empty when it is not installed
	make  bool   // Add makes the database when it is missing
}

// entry is a line of certutil's listing.
type entry struct{ nick, trust string }

// trusted reports whether the entry may vouch for web servers.
func (e entry) trusted() bool {
	ssl, _, _ := strings.Cut(e.trust, ",")
	return strings.Contains(ssl, "C")
}

// Name is the browser and the folder.
func (n nss) Name() string {
	if rest, ok := strings.CutPrefix(n.dir, n.home+"/"); ok {
		return fmt.Sprintf("%s (~/%s)", n.label, rest)
	}
	return fmt.Sprintf("%s (%s)", n.label, n.dir)
}

// Has compares the certificates in the database.
func (n nss) Has(c *x509.Certificate) (bool, error) {
	found, err := n.find(c)
	for _, e := range found {
		if e.trusted() {
			return true, nil
		}
	}
	return false, err
}

// Add makes the database trust c as a CA for web servers and nothing else.
func (n nss) Add(c *x509.Certificate) error {
	if err := n.ready(); err != nil {
		return err
	}
	if err := n.makeDatabase(); err != nil {
		return err
	}
	found, err := n.find(c)
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.trusted() {
			return nil
		}
	}
	if len(found) > 0 {
		_, err = n.certutil("-M", "-t", "C,,", "-n", found[0].nick)
	} else {
		err = n.insert(c)
	}
	if err != nil {
		return err
	}
	if ok, err := n.Has(c); ok || err != nil {
		return err
	}
	return n.problem("the certificate is still not trusted after it was added", importByHand, nil)
}

// insert adds c from a file: certutil would take it from its input as well, but its
// input must stay empty, or it would read a password from there.
func (n nss) insert(c *x509.Certificate) error {
	dir, err := os.MkdirTemp("", "sekisho-trust-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "root.crt")
	if err := os.WriteFile(file, pemOf(c), 0o600); err != nil {
		return err
	}
	_, err = n.certutil("-A", "-t", "C,,", "-n", nickname(c), "-a", "-i", file)
	if err != nil { // it may be in there by now, untrusted
		err = errors.Join(err, n.Remove(c))
	}
	return err
}

// Remove deletes c under whatever nickname it has.
func (n nss) Remove(c *x509.Certificate) error {
	if !n.exists() {
		return nil
	}
	if err := n.ready(); err != nil {
		return err
	}
	for range 4 { // one at a time; when a few do not do, something else is wrong
		found, err := n.find(c)
		if err != nil || len(found) == 0 {
			return err
		}
		if _, err := n.certutil("-D", "-n", found[0].nick); err != nil {
			return err
		}
	}
	if found, err := n.find(c); err != nil || len(found) == 0 {
		return err
	}
	return n.problem("the certificate is still there after it was removed", importByHand, nil)
}

// find returns the entries of c, trusted or not. To look at each certificate of the
// database would take a process each, so those are looked at whose nickname has
// our name or the certificate's own; browsers name what they import by the latter.
func (n nss) find(c *x509.Certificate) ([]entry, error) {
	if !n.exists() {
		return nil, nil
	}
	out, err := n.certutil("-L")
	if err != nil {
		return nil, err
	}
	var found []entry
	for _, e := range parseListing(out) {
		if !strings.Contains(e.nick, "sekisho") && (c.Subject.CommonName == "" || !strings.Contains(e.nick, c.Subject.CommonName)) {
			continue
		}
		data, err := n.certutil("-L", "-n", e.nick, "-a")
		if err != nil {
			return nil, err
		}
		// Under a nickname certutil prints all certificates of the same subject. Which
		// of them has it cannot be told, unless it is the one we made up.
		alone := bytes.Count(data, []byte("-----BEGIN")) == 1
		if contains(data, c) && (alone || e.nick == nickname(c)) {
			found = append(found, e)
		}
	}
	return found, nil
}

// nickname is the name of c in a store that needs one. No two certificates share it.
func nickname(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return fmt.Sprintf("sekisho %x", sum[:8])
}

// pemOf returns c as PEM text.
func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// listingLine is a nickname, spaces, and three sets of trust flags.
var listingLine = regexp.MustCompile(`^(.*\S)\s+([A-Za-z]*,[A-Za-z]*,[A-Za-z]*)\s*$`)

// parseListing reads what `certutil -L` prints.
func parseListing(out []byte) []entry {
	var entries []entry
	for line := range strings.Lines(string(out)) {
		if m := listingLine.FindStringSubmatch(line); m != nil && strings.TrimSpace(m[1]) != "" {
			entries = append(entries, entry{nick: m[1], trust: m[2]})
		}
	}
	return entries
}

func (n nss) exists() bool {
	_, err := os.Stat(filepath.Join(n.dir, "cert9.db"))
	return err == nil
}

// ready sees that the tool is there and that the database is the caller's own: what
// root makes in somebody's home directory locks that person out.
func (n nss) ready() error {
	info, err := os.Stat(n.home)
	if err != nil {
		return n.problem("the home directory cannot be looked at", "see that it exists", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return n.problem(fmt.Sprintf("it belongs to user %d", st.Uid), "run the command as that user, without sudo", nil)
	}
	if n.tool == "" {
		return n.problem("certutil is not installed", installTool, exec.ErrNotFound)
	}
	return nil
}

func (n nss) makeDatabase() error {
	if n.exists() {
		return nil
	}
	if !n.make {
		return n.problem("the database is gone", "start the browser once and try again", fs.ErrNotExist)
	}
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return n.problem("the folder cannot be made", "see that the home directory can be written to", err)
	}
	_, err := n.certutil("-N", "--empty-password")
	return err
}

// certutil runs the tool on the database.
func (n nss) certutil(command string, args ...string) ([]byte, error) {
	if n.tool == "" {
		return nil, n.problem("certutil is not installed", installTool, exec.ErrNotFound)
	}
	out, err := run(n.tool, append([]string{command, "-d", "sql:" + n.dir}, args...)...)
	if err == nil {
		return out, nil
	}
	said := excerpt(out)
	if strings.Contains(said, "terminal") || strings.Contains(said, "BAD_PASSWORD") {
		return nil, n.problem("the browser's certificates are locked with a primary password",
			"import the file that `sekisho ca export` writes in the browser's settings", err)
	}
	return nil, n.problem(fmt.Sprintf("certutil %s: %v (%s)", command, err, said), importByHand, err)
}

func (n nss) problem(what, remedy string, err error) error {
	return &Error{Store: n.Name(), Problem: what, Remedy: remedy, Err: err}
}
