package hostname

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

var seeds = []string{
	"", "amazon.co.jp", "AMAZON.co.jp.", "アマゾン。ＪＰ", "xn--mazon-3ve.com", "xn--amazon-.com", "XN--.", "ü.xn--", "faß.de",
	"127.1", "0x7f000001", "１２７。1", "[::ffff:1.2.3.4]", "fe80::1%25eth0", "%61mazon%2Ecom", "%2561", "％61.com", "evil℀.com",
	"a‥b", "ama\u00adzon", "נ.com", "نامه\u200cای.com", "r3---sn-x", "_a", "a\x00b", "\xff", "⒈com", "1.2.3.09", "xn--xn--mmazon-3ve", "https:\\\\u:p@h:0443/x?y",
}

// checkName holds every Name against what the package promises of it.
func checkName(t *testing.T, n Name) {
	t.Helper()
	s := n.String()
	a, isAddr := n.Addr()
	chars := "abcdefghijklmnopqrstuvwxyz0123456789-_."
	if isAddr {
		chars = "abcdef0123456789.:"
	}
	if s == "" || len(s) > maxName || strings.Trim(s, chars) != "" {
		t.Fatalf("String %q is no canonical name", s)
	}
	if isAddr && (a.String() != s || a.Is4In6() || a.Zone() != "") {
		t.Fatalf("String %q of address %v", s, a)
	}
	spellings := []string{s, strings.ToUpper(s), n.Unicode()}
	if !a.Is6() {
		spellings = append(spellings, s+".", s+"。", fmt.Sprintf("%%%02x", s[0])+s[1:])
	}
	for _, spelling := range spellings {
		if again, err := Parse(spelling); err != nil || again != n {
			t.Fatalf("Parse(%q) = %#v, %v; want %#v", spelling, again, err, n)
		}
	}
	if again, port, err := ParseAuthority(n.HostPort(443)); err != nil || again != n || port != 443 {
		t.Fatalf("ParseAuthority(%q) = %#v, %d, %v; want %#v", n.HostPort(443), again, port, err, n)
	}
	if again, err := ParseInput("https://u:p@" + n.HostPort(443) + "/?#@x"); err != nil || again != n {
		t.Fatalf("ParseInput of a URL with %q = %#v, %v; want %#v", s, again, err, n)
	}
	if !isAddr {
		if again, _, err := FromWire(wire(strings.Split(s, ".")...)); err != nil || again != n {
			t.Fatalf("FromWire of %q = %#v, %v; want %#v", s, again, err, n)
		}
	}
	checkSuffixes(t, n, isAddr)
}

func checkSuffixes(t *testing.T, n Name, isAddr bool) {
	t.Helper()
	suffix, registrable := n.PublicSuffix(), n.Registrable()
	switch {
	case isAddr:
		if suffix != "" || registrable != "" {
			t.Fatalf("%q is an address with suffix %q, registrable %q", n, suffix, registrable)
		}
	case !n.Within(suffix) || (registrable == "") != (suffix == n.String()):
		t.Fatalf("%q has suffix %q, registrable %q", n, suffix, registrable)
	case registrable != "":
		label, ok := strings.CutSuffix(registrable, "."+suffix)
		if !ok || label == "" || strings.Contains(label, ".") || !n.Within(registrable) {
			t.Fatalf("%q has suffix %q, registrable %q", n, suffix, registrable)
		}
	}
}

// checkFuzzed looks at the pair that every parser returns.
func checkFuzzed(t *testing.T, n Name, err error) {
	t.Helper()
	if err == nil {
		checkName(t, n)
		return
	}
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrInvalid) || e.Reason == "" || len(e.Input) > maxShown || !n.IsZero() {
		t.Fatalf("got %#v with error %#v", n, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		checkFuzzed(t, n, err)
	})
}

func FuzzParseAuthority(f *testing.F) {
	for _, s := range seeds {
		f.Add(s + ":0443")
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, _, err := ParseAuthority(s)
		checkFuzzed(t, n, err)
		if err == nil && strings.ContainsAny(s, "@/\\?# ") {
			t.Fatalf("ParseAuthority(%q) = %q", s, n)
		}
	})
}

func FuzzParseInput(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
		f.Add("https://u:p@" + s + "/path")
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseInput(s)
		checkFuzzed(t, n, err)
		// Whoever is content with a name alone finds the same one.
		if alone, parseErr := Parse(s); parseErr == nil && alone != n {
			t.Fatalf("ParseInput(%q) = %q, %v; Parse finds %q", s, n, err, alone)
		}
	})
}

func FuzzFromWire(f *testing.F) {
	for _, s := range seeds {
		if len(s) < 64 && !strings.Contains(s, "..") {
			f.Add(wire(strings.Split(s, ".")...))
			f.Add(wire(s, "com"))
		}
	}
	f.Add([]byte{0xc0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		n, size, err := FromWire(b)
		if err != nil {
			checkFuzzed(t, n, err)
			return
		}
		if size < 1 || size > maxWire || b[size-1] != 0 {
			t.Fatalf("FromWire(%q): size %d", b, size)
		}
		labels := 0
		for i := 0; b[i] != 0; i += 1 + int(b[i]) {
			labels++
		}
		s := n.String()
		if got := strings.Count(s, ".") + 1; labels > 0 && got != labels || labels == 0 && s != "" {
			t.Fatalf("FromWire(%q) = %q: %d labels; want %d", b[:size], s, got, labels)
		}
		if strings.Trim(s, `abcdefghijklmnopqrstuvwxyz0123456789-_.\`) != "" || len(s) > 1003 {
			t.Fatalf("FromWire(%q) = %q", b[:size], s)
		}
		checkRecorded(t, n)
		if _, err := Parse(s); err == nil {
			checkName(t, n)
		} else if s != "" && !strings.Contains(s, `\`) && !strings.Contains(s, acePrefix) {
			t.Fatalf("FromWire(%q) = %q, which Parse refuses: %v", b[:size], s, err)
		}
		if !isASCII(string(b[:size])) {
			return
		}
		// Length octets are below 'a' and stay what they are.
		upper, _, err := FromWire(bytes.ToUpper(b[:size]))
		if err != nil || upper != n {
			t.Fatalf("FromWire(%q) in upper case = %q, %v; want %q", b[:size], upper, err, n)
		}
	})
}
