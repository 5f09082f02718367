package resolver

import (
	"fmt"

	"github.com/miekg/dns"
)

// A special tells how a name is answered that must not be sent upstream.
type special uint8

const (
	// nowhere does not exist.
	nowhere special = iota + 1
	// hollow exists, and nothing exists below it (RFC 6303, section 3).
	hollow
	// empty exists, as does everything below, and has no records.
	empty
	// loopback is this machine (RFC 6761, section 6.3).
	loopback
	// lone has no addresses, and may have names below: it is a machine's name or a
	// top-level domain. Who validates asks for the keys of that, and takes a name
	// that does not exist for a domain without names (RFC 8020).
	lone
)

// specials holds the special names, each with everything below it. Suffixes of
// [Options.Forward] win over them.
var specials = func() suffixes[special] {
	table := suffixes[special]{
		mustWire("localhost"):     loopback,
		mustWire("resolver.arpa"): empty, // RFC 9462, section 6.4
		mustWire("home.arpa"):     hollow,
	}
	for _, name := range [...]string{
		"alt",      // RFC 9476
		"internal", // reserved by ICANN in 2024; sekisho.internal is the proxy's
		"invalid",  // RFC 6761, section 6.4
		"local",    // multicast DNS, RFC 6762, section 3
		"onion",    // RFC 7686, section 2
		"test",     // RFC 6761, section 6.2
		"corp",     // these two are what RFC 6762, appendix G, found in use,
		"home",     // and ICANN will not delegate
		"intranet", // appendix G
		"lan",      // appendix G
		"private",  // appendix G
		"localdomain",
		// Resolvers that filter say so here, and Firefox leaves its own
		// encrypted DNS off.
		"use-application-dns.net",
		// Apple's relay would carry the browser around sekisho; without these
		// names the device says so to its user and goes on without.
		"mask.icloud.com",
		"mask-h2.icloud.com",
	} {
		table[mustWire(name)] = nowhere
	}
	for _, name := range reverseZones() {
		table[mustWire(name)] = hollow
	}
	return table
}()

// reverseZones are the address zones that no server outside can know anything
// about (RFC 6303, section 4, and RFC 7793).
func reverseZones() []string {
	zones := []string{
		"0.in-addr.arpa", "10.in-addr.arpa", "127.in-addr.arpa", "254.169.in-addr.arpa",
		"2.0.192.in-addr.arpa", "168.192.in-addr.arpa", "100.51.198.in-addr.arpa",
		"113.0.203.in-addr.arpa", "255.255.255.255.in-addr.arpa",
		"c.f.ip6.arpa", "d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa",
		"b.e.f.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa",
	}
	for i := 16; i < 32; i++ {
		zones = append(zones, fmt.Sprintf("%d.172.in-addr.arpa", i))
	}
	for i := 64; i < 128; i++ {
		zones = append(zones, fmt.Sprintf("%d.100.in-addr.arpa", i))
	}
	zeros := ""
	for range 31 {
		zeros += "0."
	}
	return append(zones, "0."+zeros+"ip6.arpa", "1."+zeros+"ip6.arpa")
}

// msdcs is the label below which Windows looks for its domain controllers:
// whose names those are, only the office's own servers can know.
const msdcs = "\x06_msdcs"

// specialOf classifies a lower-case wire name; 0 means that it is ordinary.
// A single label is mostly a machine's name that lost its domain on the way here.
func specialOf(name []byte) (s special, exact bool) {
	if s, exact, found := specials.find(name); found {
		return s, exact
	}
	labels := 0
	for off := 0; name[off] != 0; off += int(name[off]) + 1 {
		if size := off + len(msdcs); size <= len(name) && string(name[off:size]) == msdcs {
			return nowhere, false
		}
		labels++
	}
	if labels == 1 {
		return lone, true
	}
	return 0, false
}

// answer returns the local answer to a question of type qtype.
func (s special) answer(exact bool, qtype uint16) *answer {
	switch {
	case s == loopback && qtype == dns.TypeA:
		return loopback4
	case s == loopback && qtype == dns.TypeAAAA:
		return loopback6
	case s == lone && qtype != dns.TypeA && qtype != dns.TypeAAAA:
		return noData
	case s == loopback, s == empty, s == hollow && exact:
		return noData
	}
	return noSuchName
}
