package sink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"os"
	"time"

	"sekisho/config"
)

// State is how a sink was doing when its process last wrote that down: when
// something changed, and within a second.
type State struct {
	// ID is the last event that it needs no more.
	ID int64
	// Failing is why the last attempt came to nothing, "" when it did not, and
	// Since when that began. It holds no part of an event and no secret.
	Failing string
	Since   time.Time
}

// Read returns the state of a sink from the folder of the cursors, also while
// another process serves it. There is none yet with [fs.ErrNotExist].
func Read(dir, name string) (State, error) {
	c, err := readCursor(dir, name)
	return State{ID: c.ID, Failing: c.Failing, Since: c.Since}, err
}

// tryTime bounds an attempt; a receiver in the same network answers in far less.
const tryTime = 3 * time.Second

// Try looks whether a sink's events could get where it leads, without sending
// anything: whether its file may be written, or its receiver takes connections and
// has a certificate that roots vouch for. Of receivers over UDP nothing can be
// said. The error holds no secret.
func Try(ctx context.Context, c config.Sink, roots *x509.CertPool) error {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	switch c.To.Scheme() {
	case "file":
		return tryFile(string(c.To))
	case "udp":
		_, err := net.DefaultResolver.LookupNetIP(ctx, "ip", c.To.URL().Hostname())
		return err
	}
	var d interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if s := c.To.Scheme(); s == "tls" || s == "https" {
		d = &tls.Dialer{Config: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	}
	conn, err := d.DialContext(ctx, "tcp", c.To.Address())
	if err == nil {
		_ = conn.Close() // nothing was said on it
	}
	return err
}

// tryFile leaves a file that is not there alone: it is made with the first event.
func tryFile(path string) error {
	if err := checkFile(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = f.Close()
	}
	return err
}
