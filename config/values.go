package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// maxName is the longest name in text form, RFC 1035, section 3.1; an
// internationalised one may be longer in UTF-8 than on the wire.
const maxName = 4 * 253

// parseName checks the shape of a host name: what it means, and whether its labels
// map to ASCII, is for package hostname.
func parseName(_ *reading, s string) (string, error) {
	switch {
	case strings.Contains(s, "://"):
		return "", fmt.Errorf("want a name such as shop.example without a scheme or path, found %s", quote(s))
	case len(s) > maxName, strings.ContainsFunc(s, notInName), strings.Trim(s, ".*") == "":
		return "", fmt.Errorf("want a name such as shop.example, found %s", quote(s))
	}
	return s, nil
}

// notInName reports characters that no form of a host name or address has.
func notInName(c rune) bool {
	return unicode.IsControl(c) || unicode.IsSpace(c) || strings.ContainsRune("/\\@,;\"'<>|(){}#?&=", c) || c == unicode.ReplacementChar
}

// parseListEntry checks an entry of lists.block or lists.allow: a name, or
// anything that can be the path of a file.
func parseListEntry(r *reading, s string) (string, error) {
	if LooksLikePath(s) && !strings.Contains(s, "://") || strings.ContainsFunc(s, unicode.IsSpace) {
		if strings.ContainsRune(s, 0) {
			return "", fmt.Errorf("want a name or the path of a file, found %s", quote(s))
		}
		return s, nil
	}
	return parseName(r, s)
}

func parsePath(r *reading, s string) (string, error) {
	if strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("want the path of a file, found %s", quote(s))
	}
	return expand(s, r.dir)
}

// parseExcept reads an exception of the upstream proxy: a name, an address or a prefix.
func parseExcept(r *reading, s string) (string, error) {
	if strings.Contains(s, "/") && !strings.Contains(s, "://") {
		p, err := parsePrefix(r, s)
		return p.String(), err
	}
	return parseName(r, s)
}

func parsePort(_ *reading, s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("want a port from 1 to 65535, found %s", quote(s))
	}
	return uint16(n), nil
}

// parsePrefix reads a prefix, or an address as the prefix of itself alone. Bits
// behind the prefix are cleared, and IPv4 in IPv6 becomes IPv4.
func parsePrefix(_ *reading, s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("want a prefix such as 192.168.1.0/24 or an address, found %s", quote(s))
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// checkAddress checks host:port for listening. The host may be empty for every
// interface, an address, or a plain name such as localhost.
func checkAddress(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf(`want host:port such as 127.0.0.1:8765, or "" for off, found %s`, quote(s))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("want a port from 0 to 65535 after the host, found %s", quote(port))
	}
	if host == "" {
		return nil
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	if strings.Trim(host, "0123456789.") == "" || strings.ContainsAny(host, ":%*") {
		return fmt.Errorf("want an IP address before the port, found %s", quote(host))
	}
	if _, err := parseName(nil, host); err != nil {
		return fmt.Errorf("want an IP address or a name before the port, found %s", quote(host))
	}
	return nil
}

// splitURL parses a URL of one of the schemes and checks what all uses share. Its
// errors quote nothing, as a URL may hold a password.
func splitURL(s string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsFunc(s, unicode.IsControl) {
		return nil, errors.New("it is not a complete URL")
	}
	found := false
	for _, scheme := range schemes {
		found = found || u.Scheme == scheme
	}
	if !found {
		return nil, fmt.Errorf("its scheme must be %s", strings.Join(schemes, ", "))
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		if _, err := parsePort(nil, port); err != nil {
			return nil, errors.New("its port must be from 1 to 65535")
		}
	}
	if _, err := parseName(nil, u.Hostname()); err != nil {
		return nil, errors.New("its host is not a name or an address")
	}
	return u, nil
}

func checkPageURL(s string) error {
	u, err := splitURL(s, "https")
	if err == nil && u.User != nil {
		err = errors.New("it must hold no user or password")
	}
	if err != nil {
		return fmt.Errorf("want an https address such as https://sellercentral.amazon.co.jp/, found %s: %w", quote(s), err)
	}
	return nil
}

func checkProxyURL(s string) error {
	u, err := splitURL(s, "http")
	if err == nil && (u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "") {
		err = errors.New("nothing may follow its host and port")
	}
	if err != nil {
		return fmt.Errorf("want a proxy such as http://proxy.example:3128: %w", err)
	}
	return nil
}

// parseResolver checks the URL of a resolver.
func parseResolver(_ *reading, s string) (string, error) {
	u, err := splitURL(s, "udp", "tcp", "tls", "https")
	switch {
	case err == nil && u.User != nil:
		err = errors.New("it must hold no user or password")
	case err == nil && u.Scheme != "https" && (u.Path != "" && u.Path != "/" || u.RawQuery != ""):
		err = errors.New("nothing may follow its host and port")
	case err == nil && u.Fragment != "" && u.Scheme != "tls" && u.Scheme != "https":
		err = errors.New("only tls:// and https:// have a certificate's name (#) behind them")
	}
	if err == nil {
		return s, nil
	}
	if _, perr := netip.ParseAddr(s); perr == nil {
		return "", fmt.Errorf("want a server with its protocol; write udp://%s", s)
	}
	return "", fmt.Errorf("want a server such as udp://192.168.1.1 or tls://1.1.1.1, found %s: %w", quote(s), err)
}
