package resolver

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestCases has one test per numbered case of hostile or unusual traffic; those
// about exchanges with upstreams are in package upstream. go test -run C41 runs
// one of them.
func TestCases(t *testing.T) {
	t.Parallel()
	for id, run := range map[string]func(*testing.T){
		"C08":           strangeFlags,
		"C14":           longNames,
		"C17":           dotInLabel,
		"C18":           oddOctets,
		"C19":           letterCase,
		"C20":           international,
		"C29":           optionsAreNotPassedOn,
		"C30 AC-24":     truncation,
		"C31":           largeQuery,
		"C33":           flags,
		"C34":           pipelining,
		"C34 slow ones": pastSlowOnes,
		"C35":           slowWriter,
		"C36":           badFrames,
		"C37":           halfClose,
		"C38 AC-24":     idleClients,
		"C40":           deadUpstream,
		"C47":           unrelatedRecords,
		"C48":           chains,
		"C48 outgrown":  outgrown,
		"C52":           softFailure,
		"C52 stale":     staleAnswer,
		"C56 NE-17":     blockedHops,
		"C57 NE-17":     blockedTargets,
		"C57 addresses": blockedAddresses,
		"C57 many":      listedAmongMany,
		"C57 carried":   carriedAddresses,
		"C21":           listSpellings,
		"C55 clock":     wokenUp,
		"C55 ages":      agedAsleep,
		"C55 at once":   askedOnWaking,
		"C55 route":     otherRoute,
		"C58":           encryptedHello,
		"C59 AC-25":     rebinding,
		"C59 aliases":   rebindingAliases,
		"C60":           blockedAnswers,
		"C61 NE-16":     specialNames,
		"C62":           genuineNames,
	} {
		t.Run(id, func(t *testing.T) { t.Parallel(); run(t) })
	}
	for _, id := range []string{"C01", "C02", "C03", "C04", "C05", "C06", "C07", "C09", "C10", "C11", "C12", "C13", "C15", "C16", "C25", "C26", "C28", "C32"} {
		t.Run(id, func(t *testing.T) { t.Parallel(); malformed(t, id) })
	}
	for _, id := range []string{"C22", "C23", "C24", "C27", "C28"} {
		t.Run(id+" asked AC-24", func(t *testing.T) { t.Parallel(); refusedQuestions(t, id) })
	}
}

// TestCasesAlone has the cases that count goroutines.
func TestCasesAlone(t *testing.T) { t.Run("C39", silentUpstream) }

// header is a query header with the given flags and counts.
func header(flags uint16, counts ...uint16) []byte {
	h := []byte{0x12, 0x34, byte(flags >> 8), byte(flags)}
	for i := range 4 {
		n := uint16(0)
		if i < len(counts) {
			n = counts[i]
		}
		h = append(h, byte(n>>8), byte(n))
	}
	return h
}

const (
	typeA   = "\x00\x01"
	classIN = "\x00\x01"
	shop    = "\x04shop\x07example\x00"
)

// malformed sends the packets of a case, which are no proper query; rcode -1
// means silence.
func malformed(t *testing.T, id string) {
	s := start(t, Options{Upstreams: []string{newOrigin(t, zone(t, "shop.example. 60 IN A 192.0.2.1")).url}})
	join := func(h []byte, rest ...string) []byte { return append(h, strings.Join(rest, "")...) }
	rr := "\x00" + typeA + classIN + "\x00\x00\x00\x00" + "\x00\x00"
	opt := "\x00\x00\x29\x04\xd0\x00\x00\x00\x00"
	for _, tc := range []struct {
		id     string
		packet []byte
		rcode  int
	}{
		{"C01 eleven bytes", header(0x100, 1)[:11], -1},
		{"C01 empty", nil, -1},
		{"C02 response", join(header(0x8100, 1), shop, typeA, classIN), -1},
		{"C03 no question", header(0x100), dns.RcodeFormatError},
		{"C04 two questions", join(header(0x100, 2), shop, typeA, classIN, shop, typeA, classIN), dns.RcodeFormatError},
		{"C05 65535 questions", header(0x100, 65535), dns.RcodeFormatError},
		{"C06 opcode 15", join(header(0x7900, 1), shop, typeA, classIN), dns.RcodeNotImplemented},
		{"C06 update", join(header(0x2900, 1), shop, typeA, classIN), dns.RcodeNotImplemented},
		{"C07 notify", join(header(0x2100, 1), shop, typeA, classIN), dns.RcodeNotImplemented},
		{"C09 pointer to itself", join(header(0x100, 1), "\xc0\x0c", typeA, classIN), dns.RcodeFormatError},
		{"C09 two pointers", join(header(0x100, 1), "\xc0\x0e\xc0\x0c", typeA, classIN), dns.RcodeFormatError},
		{"C10 forward pointer", join(header(0x100, 1), "\xc0\x12", typeA, classIN, shop), dns.RcodeFormatError},
		{"C11 label type 40", join(header(0x100, 1), "\x44shop\x00", typeA, classIN), dns.RcodeFormatError},
		{"C11 label type 80", join(header(0x100, 1), "\x84shop\x00", typeA, classIN), dns.RcodeFormatError},
		{"C12 no root", join(header(0x100, 1), "\x04shop"), dns.RcodeFormatError},
		{"C12 label past end", join(header(0x100, 1), "\x3fshop"), dns.RcodeFormatError},
		{"C13 no class", join(header(0x100, 1), shop, typeA), dns.RcodeFormatError},
		{"C13 no type", join(header(0x100, 1), shop), dns.RcodeFormatError},
		{"C15 name of 256", join(header(0x100, 1), strings.Repeat("\x3f"+strings.Repeat("a", 63), 3)+"\x3e"+strings.Repeat("a", 62)+"\x00", typeA, classIN), dns.RcodeFormatError},
		{"C15 128 labels", join(header(0x100, 1), strings.Repeat("\x01a", 128)+"\x00", typeA, classIN), dns.RcodeFormatError},
		{"C16 trailing garbage", join(header(0x100, 1), shop, typeA, classIN, strings.Repeat("\xee", 20)), dns.RcodeSuccess},
		{"C25 two OPT", join(header(0x100, 1, 0, 0, 2), shop, typeA, classIN, opt, "\x00\x00", opt, "\x00\x00"), dns.RcodeFormatError},
		{"C25 OPT with a name", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, "\x01a", opt, "\x00\x00"), dns.RcodeFormatError},
		{"C26 OPT past end", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x09"), dns.RcodeFormatError},
		{"C26 option past end", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x06\x00\x0c\x00\x40\x00\x00"), dns.RcodeFormatError},
		{"C26 half an option", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x03\x00\x0c\x00"), dns.RcodeFormatError},
		{"C26 missing record", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN), dns.RcodeFormatError},
		{"C28 short cookie", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x07\x00\x0a\x00\x03abc"), dns.RcodeFormatError},
		{"C28 odd cookie", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x0d\x00\x0a\x00\x09abcdefghi"), dns.RcodeFormatError},
		{"C28 cookie one too long", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x2d\x00\x0a\x00\x29"+strings.Repeat("c", 41)), dns.RcodeFormatError},
		{"C28 cookie too long", join(header(0x100, 1, 0, 0, 1), shop, typeA, classIN, opt, "\x00\x30\x00\x0a\x00\x2c"+strings.Repeat("c", 44)), dns.RcodeFormatError},
		{"C32 three additional", join(header(0x100, 1, 0, 0, 3), shop, typeA, classIN, strings.Repeat(rr, 3)), dns.RcodeFormatError},
		{"C32 counts", join(header(0x100, 1, 2, 2, 3), shop, typeA, classIN, strings.Repeat(rr, 7)), dns.RcodeFormatError},
		{"C32 answer", join(header(0x100, 1, 1), shop, typeA, classIN, rr), dns.RcodeFormatError},
		{"C32 authority", join(header(0x100, 1, 0, 1), shop, typeA, classIN, rr), dns.RcodeFormatError},
	} {
		if !strings.HasPrefix(tc.id, id) {
			continue
		}
		conn := dial(t, "udp", s)
		if _, err := conn.Write(tc.packet); err != nil {
			t.Fatal(err)
		}
		if tc.rcode < 0 {
			// A question of its own tells when the packet has been passed over.
			ask := join(header(0x100, 1), shop, typeA, classIN)
			ask[0] = 0x77
			if _, err := conn.Write(ask); err != nil {
				t.Fatal(err)
			}
		}
		buf := make([]byte, 4096)
		n, err := conn.Read(buf)
		if err != nil {
			t.Errorf("%s: no reply: %v", tc.id, err)
			continue
		}
		if tc.rcode < 0 {
			if buf[0] != 0x77 {
				t.Errorf("%s: got reply %x; want none", tc.id, buf[:n])
			}
			continue
		}
		r := unpack(t, tc.packet, buf[:n])
		if r.Rcode != tc.rcode || r.Opcode != int(tc.packet[2]>>3&0xf) {
			t.Errorf("%s: rcode %d, opcode %d; want %d and that of the query", tc.id, r.Rcode, r.Opcode, tc.rcode)
		}
		if r.Rcode != dns.RcodeSuccess && n > len(tc.packet) {
			t.Errorf("%s: reply of %d bytes to %d", tc.id, n, len(tc.packet))
		}
	}
}
