// Package hostname reads host names, once, into the form that every other
// package compares.
//
// A name reaches sekisho through many doors: a CONNECT authority, a Host
// header, a TLS server name, a DNS question, a CNAME, a line of a block list,
// a URL typed by a person. Each of them spells the same host in its own way,
// and a spelling that one door understands and another does not is a way
// around the verdict. So there is one normaliser, [Parse], and the other
// entrances ([ParseAuthority], [ParseInput], [ParseRecorded], [FromWire]) only find the host
// in what they are given and hand it over. The order is that of the host
// parser of the WHATWG URL Standard, section 3.5, since that is what the
// browser in front of us does: percent-decoding, the mapping of UTS #46, the
// numbers that mean IPv4, and last the limits of RFC 1035, section 2.3.4.
//
// What the package does not do: resolve, judge, or compare by looks.
package hostname

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Name is a host that was parsed: a domain name or an IP address. Two Names
// are the same host exactly when they are equal by ==, so a Name can be the
// key of a map. The zero Name is no host; [FromWire] returns it for the root
// of the DNS. A Name is immutable and safe for concurrent use.
type Name struct {
	// ascii is what String returns.
	ascii string
	// addr is valid for IP addresses only, never an IPv4-mapped IPv6 one and
	// never one with a zone.
	addr netip.Addr
}

// ErrInvalid is what every error of this package wraps.
var ErrInvalid = errors.New("invalid host name")

// Error is the only type of error that this package returns, as a pointer.
type Error struct {
	// Input is the part of the input that was read as the host, shortened.
	// Userinfo, path and query are never in it: it may be logged.
	Input string
	// Reason completes the sentence "this is no host: …".
	Reason string
}

// Error returns the quoted input with the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("host name %q: %s", e.Input, e.Reason)
}

// Unwrap returns [ErrInvalid].
func (e *Error) Unwrap() error { return ErrInvalid }

// maxShown bounds [Error.Input]; no valid name is longer.
const maxShown = 253

// invalid returns the error for input, from which it first takes what must
// not be logged.
func invalid(input, reason string) *Error {
	if i := strings.IndexAny(input, `/\?#`); i >= 0 {
		input = input[:i]
	}
	if i := strings.LastIndexByte(input, '@'); i >= 0 {
		input = input[i+1:]
	}
	if len(input) > maxShown {
		cut := maxShown
		for cut > maxShown-utf8.UTFMax && !utf8.RuneStart(input[cut]) {
			cut--
		}
		input = input[:cut]
	}
	return &Error{Input: strings.Clone(input), Reason: reason}
}

// String returns the host in the one form that is compared, logged and
// dialled: lower-case ASCII, A-labels, no trailing dot; an IPv6 address as in
// RFC 5952, without brackets. It holds nothing but a-z, 0-9, hyphen,
// underscore, dot and, in IPv6, colon. Only a Name from [FromWire] may hold a
// backslash besides, or an A-label that is no valid encoding: see there.
func (n Name) String() string { return n.ascii }

// Unicode returns the host for the eyes of a person, with A-labels decoded if all are valid.
// What it returns may look like another host; show it next to String and
// never compare by it.
func (n Name) Unicode() string {
	if !strings.Contains(n.ascii, acePrefix) {
		return n.ascii
	}
	return toUnicode(n.ascii)
}

// Letters is [Name.Unicode] of a name that is in the form of [Name.String] already. What
// is not comes back as it is.
func Letters(ascii string) string { return Name{ascii: ascii}.Unicode() }

// Addr returns the address when the host is an IP address, whatever its
// spelling was. An IPv4-mapped IPv6 address comes as IPv4.
func (n Name) Addr() (netip.Addr, bool) { return n.addr, n.addr.IsValid() }

// IsZero reports whether n is the zero Name, which is no host.
func (n Name) IsZero() bool { return n.ascii == "" }

// HostPort returns n and port as net.Dial and a CONNECT line take them, with
// an IPv6 address in brackets. n is not to be the zero Name.
func (n Name) HostPort(port uint16) string {
	p := strconv.Itoa(int(port))
	if n.addr.Is6() {
		return "[" + n.ascii + "]:" + p
	}
	return n.ascii + ":" + p
}
