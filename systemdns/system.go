package systemdns

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sekisho/lan/adapters"
)

// Errors to test for.
var (
	// ErrChanged means that the setting leads somewhere already: it has to be put
	// back first, or what was there at the beginning would be forgotten.
	ErrChanged = errors.New("the setting was changed before")
	// ErrUnchanged means that there is nothing to put back.
	ErrUnchanged = errors.New("nothing was changed")
	// ErrPort means that systems of this kind ask port 53 alone.
	ErrPort = errors.New("only port 53 is asked")
)

// System is the setting of one computer. Its methods are for one caller at a time.
type System struct {
	goos string
	root string // where the file system begins: "" but in tests
	// path is where commands are looked for: "" for this process's own.
	path string
}

// This is the computer that sekisho runs on.
func This() *System { return &System{goos: runtime.GOOS} }

// commandTimeout is for commands of the system that restart a service.
const commandTimeout = 20 * time.Second

// pipeDelay is how long what a command printed is waited for after its end: an agent
// or a pager that it leaves behind may hold the pipe for ever.
const pipeDelay = time.Second

// way is one kind of setting.
type way struct {
	name string
	goos string
	// anyPort reports whether it has room for a port; nil for no.
	anyPort func(s *System) bool
	// fits reports whether it is what programs of this computer go by.
	fits func(ctx context.Context, s *System) bool
	// files are those to write, with what to write.
	files func(s *System, server netip.AddrPort) []file
	// services are the network services or adapters to set.
	services func(ctx context.Context, s *System) ([]service, error)
	// set has a service ask servers; none means those that the network says.
	set func(ctx context.Context, s *System, name string, servers []string) error
	// reload has the system read the files anew; nil when it does by itself.
	reload func(ctx context.Context, s *System) error
}

// ways are all kinds; the first that fits is used.
var ways = []way{resolved, networkManager, plainResolvConf, networkServices, networkAdapters}

// find returns the kind of setting that this computer has.
func (s *System) find(ctx context.Context) (way, error) {
	for _, w := range ways {
		if w.goos == s.goos && w.fits(ctx, s) {
			return w, nil
		}
	}
	return way{}, fmt.Errorf("change the system's name server: %w", errors.ErrUnsupported)
}

func (s *System) file(name string) string { return filepath.Join(s.root, filepath.FromSlash(name)) }

// always is for kinds of setting that every system has.
func always(context.Context, *System) bool { return true }

func (s *System) has(name string) bool {
	_, err := os.Stat(s.file(name))
	return err == nil
}

// run runs a command of the system, and returns what it printed. An error quotes
// its last words.
func (s *System) run(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	if s.path != "" {
		name = filepath.Join(s.path, filepath.Base(name))
	}
	c := exec.CommandContext(ctx, name, args...)
	var out, words bytes.Buffer
	c.Stdout, c.Stderr = &out, &words
	c.WaitDelay = pipeDelay
	asGroup(c)
	err := c.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // it ended well, and left a child behind
		err = nil
	}
	if words.Len() == 0 {
		words = out // where networksetup complains
	}
	said := strings.TrimSpace(words.String())
	switch {
	case strings.Contains(said, "** Error: "): // networksetup's, which may still exit with 0
		err = cmp.Or(err, errFailed)
	case err == nil:
		return out.String(), nil
	}
	if adapters.Denied(said) || strings.Contains(said, "requires admin privileges") {
		err = fs.ErrPermission
	}
	const most = 300
	return "", fmt.Errorf("%s: %w: %q", filepath.Base(name), err, said[max(0, len(said)-most):])
}

// errFailed is for commands that say so, and exit as if they had not.
var errFailed = errors.New("failed")
