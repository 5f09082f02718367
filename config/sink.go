package config

import (
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// Sink is one place that events are sent to as well, besides the journal. What
// has no meaning for its To is at its default.
type Sink struct {
	// Name is unique, and what the sink's cursor is kept under: a to z, 0 to 9
	// and "-", at most 32 of them.
	Name string
	// To is a URL with the scheme udp, tcp, tls, https or, to this computer
	// alone, http; or the absolute path of a file.
	To SinkTarget
	// Format is "json", "syslog" or "cef"; never empty.
	Format string
	// Severity is the least that is sent: "info", "amber" or "red".
	Severity string
	// Actions that are sent; none means all, and events without any.
	Actions []string
	// From is where a sink that was not there before begins: "now" or "start".
	From string
	// MaxSize, Keep and Sync are for files: at which size the file is put
	// aside, how many of those are kept, and "batch" to have each batch on the
	// disk before it counts, or "off".
	MaxSize Size
	Keep    int
	Sync    string
	// SecretFile is the absolute path of the file with the key that a webhook's
	// messages are signed with.
	SecretFile string
	// Enterprise is the private enterprise number (RFC 5424, section 7.2.2) of
	// the structured data of syslog.
	Enterprise uint32
}

// documentationNumber is the private enterprise number that belongs to nobody
// (RFC 5612), since sekisho has none.
const documentationNumber = 32473

// newSink returns a sink with the defaults of all but its name and its place.
func newSink() Sink {
	return Sink{Severity: "info", From: "now", MaxSize: 64 << 20, Keep: 5, Sync: "batch", Enterprise: documentationNumber}
}

// Equal reports whether two sinks are the same.
func (s Sink) Equal(o Sink) bool { return reflect.DeepEqual(s, o) }

// SinkTarget is where a sink leads. The path and query of a webhook can be as
// good as a password, which is why every way of printing it leaves them out; only
// [SinkTarget.URL] reveals them.
type SinkTarget string

// URL returns the URL, or nil when the target is the path of a file.
func (t SinkTarget) URL() *url.URL {
	if !strings.Contains(string(t), "://") {
		return nil
	}
	u, err := url.Parse(string(t))
	if err != nil {
		return nil
	}
	return u
}

// String returns scheme and host, or the path of a file.
func (t SinkTarget) String() string {
	if !strings.Contains(string(t), "://") {
		return string(t)
	}
	u := t.URL()
	if u == nil {
		return "xxxxx"
	}
	return u.Scheme + "://" + u.Host
}

// GoString hides from %#v what String hides.
func (t SinkTarget) GoString() string { return strconv.Quote(t.String()) }

// MarshalText hides from JSON and from logs what String hides.
func (t SinkTarget) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Scheme is the URL's, or "file".
func (t SinkTarget) Scheme() string {
	scheme, _, ok := strings.Cut(string(t), "://")
	if !ok {
		return "file"
	}
	return scheme
}

// loopback reports whether host can only be this computer.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// sinkPorts are the usual ones; udp, tcp and tls as RFC 5426, RFC 6587 and RFC
// 5425 have them.
var sinkPorts = map[string]string{"udp": "514", "tcp": "514", "tls": "6514"}

// Address is host:port of a syslog target.
func (t SinkTarget) Address() string {
	u := t.URL()
	if u == nil {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = sinkPorts[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
