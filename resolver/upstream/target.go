package upstream

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// A target is a parsed upstream URL.
type target struct {
	raw    string
	scheme string
	// host is the name or address literal, without brackets.
	host string
	// addr is host when that is a literal, with its zone; else invalid.
	addr netip.Addr
	port uint16
	// certName is what the server's certificate must be valid for.
	certName string
	// path is used by https alone and starts with a slash.
	path string
}

func (t target) String() string { return t.raw }

// Addrs returns the literal addresses and the port that rawURL leads to. There
// are none when its host is a name. The error is that of [New].
func Addrs(rawURL string) ([]netip.AddrPort, error) {
	t, err := parseTarget(rawURL)
	if err != nil {
		return nil, fmt.Errorf("upstream %q: %w; %s", redact(rawURL), err, forms)
	}
	if !t.addr.IsValid() {
		return nil, nil
	}
	return []netip.AddrPort{netip.AddrPortFrom(t.addr, t.port)}, nil
}

func parseTarget(raw string) (target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// What url.Parse returns quotes its whole input, password included.
		return target{}, errors.New("not a URL")
	}
	p, known := protocols[u.Scheme]
	switch {
	case !known && u.Host == "":
		return target{}, errors.New("no scheme")
	case !known:
		return target{}, fmt.Errorf("unknown scheme %q", u.Scheme)
	case u.User != nil:
		return target{}, errors.New("a user name or password has no meaning here")
	case u.Opaque != "" || u.Hostname() == "":
		return target{}, errors.New("no host")
	case u.RawQuery != "" || u.ForceQuery:
		return target{}, errors.New("a query string has no meaning here")
	}
	t := target{raw: raw, scheme: u.Scheme, host: u.Hostname(), port: p.port}
	if err := t.setHost(u, p.named); err != nil {
		return target{}, err
	}
	if err := t.setPort(u); err != nil {
		return target{}, err
	}
	return t, t.setPath(u)
}

func (t *target) setHost(u *url.URL, named bool) error {
	t.certName = strings.TrimSuffix(t.host, ".")
	switch addr, err := netip.ParseAddr(t.host); {
	case err == nil:
		t.addr = addr.Unmap()
		t.certName = t.addr.WithZone("").String()
	case strings.EqualFold(t.certName, "localhost"):
		t.addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case !named:
		return fmt.Errorf("host %q is no IP address", t.host)
	case !plausible(t.certName):
		return fmt.Errorf("host %q is no host name", t.host)
	}
	if u.Fragment == "" {
		return nil
	}
	if !named {
		return errors.New("a #name has no meaning without TLS")
	}
	if !plausible(u.Fragment) {
		return fmt.Errorf("certificate name %q is no host name", u.Fragment)
	}
	t.certName = u.Fragment
	return nil
}

func (t *target) setPort(u *url.URL) error {
	if u.Port() == "" {
		return nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return fmt.Errorf("port %q is not within 1 to 65535", u.Port())
	}
	t.port = uint16(port)
	return nil
}

func (t *target) setPath(u *url.URL) error {
	path := u.EscapedPath()
	if t.scheme != "https" {
		if path != "" && path != "/" {
			return fmt.Errorf("path %q has no meaning for %s", path, t.scheme)
		}
		return nil
	}
	if path == "" || path == "/" {
		path = "/dns-query"
	}
	t.path = path
	return nil
}

// plausible reports whether name could be the ASCII name of a server: letters,
// digits, hyphens and single dots, with a letter somewhere.
func plausible(name string) bool {
	if len(name) > 253 || strings.Trim(name, "0123456789.") == "" {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// redact hides what stands before an @, which may be a password.
func redact(raw string) string {
	scheme, rest, found := strings.Cut(raw, "://")
	if at := strings.LastIndexByte(rest, '@'); found && at >= 0 {
		return scheme + "://…@" + rest[at+1:]
	}
	return raw
}
