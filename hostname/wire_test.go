package hostname

import (
	"errors"
	"strings"
	"testing"
)

// wire encodes labels as RFC 1035, section 3.1, without judging them.
func wire(labels ...string) []byte {
	var b []byte
	for _, l := range labels {
		b = append(b, byte(len(l)))
		b = append(b, l...)
	}
	return append(b, 0)
}

// broken are the cases of TestFromWire with an A-label that no browser takes.
var broken = map[string]bool{
	"C20/broken A-label": true, "C20/A-label of pure ASCII": true, "C20/A-label of nothing": true,
	"C20/A-label that hides one": true, "C20/RTL A-label beside digit": true,
}

// TestFromWire is named for the DNS cases of hostile questions.
func TestFromWire(t *testing.T) {
	t.Parallel()
	label, name := longest()
	ones := strings.Split(strings.Repeat("a", 127), "")
	for _, test := range []struct {
		id     string
		labels []string
		want   string
	}{
		{"plain", []string{"sellercentral", "amazon", "com"}, "sellercentral.amazon.com"},
		{"C14/root", nil, ""},
		{"C14/255 octets", []string{label, label, label, label[:61]}, name},
		{"C14/127 labels", ones, strings.Join(ones, ".")},
		{"C17/dot in label", []string{"sellercentral", "amazon.com", "evil"}, `sellercentral.amazon\046com.evil`},
		{"C17/dot in last label", []string{"x", "amazon.com"}, `x.amazon\046com`},
		{"C17/dot alone", []string{".", "com"}, `\046.com`},
		{"C17/ideographic dot in label", []string{"amazon。com", "evil"}, `amazon\227\128\130com.evil`},
		{"C18/NUL and controls", []string{"a\x00b\x1b\n", "com"}, `a\000b\027\010.com`},
		{"C18/space and quotes", []string{`a b"'`, "com"}, `a\032b\034\039.com`},
		{"C18/0xff", []string{"\xff", "com"}, `\255.com`},
		{"C18/backslash", []string{`a\046b`, "com"}, `a\092046b.com`},
		{"C18/percent", []string{"%61mazon", "com"}, `\03761mazon.com`},
		{"C18/wildcard", []string{"*", "example"}, `\042.example`},
		{"C19/case", []string{"SellerCentral", "aMaZoN", "COM"}, "sellercentral.amazon.com"},
		{"C19/case beside odd octets", []string{"A.B", "COM"}, `a\046b.com`},
		{"C20/A-label", []string{"xn--mazon-3ve", "com"}, "xn--mazon-3ve.com"},
		{"C20/A-label mixed case", []string{"XN--mAzon-3vE", "com"}, "xn--mazon-3ve.com"},
		{"C20/broken A-label", []string{"xn--a", "com"}, "xn--a.com"},
		{"C20/A-label of pure ASCII", []string{"xn--amazon-", "com"}, "xn--amazon-.com"},
		{"C20/A-label of nothing", []string{"a", "XN--"}, "a.xn--"},
		{"C20/A-label that hides one", []string{"xn--xn--mmazon-3ve", "com"}, "xn--xn--mmazon-3ve.com"},
		{"C20/broken A-label with a dot", []string{"xn--a.b", "com"}, `xn--a\046b.com`},
		{"C20/UTF-8", []string{"\u0430mazon", "com"}, "xn--mazon-3ve.com"},
		{"C20/UTF-8 full-width", []string{"ＡＭＡＺＯＮ", "co", "jp"}, "amazon.co.jp"},
		{"C20/UTF-8 ignored", []string{"\u00ad", "jp"}, `\194\173.jp`},
		{"C20/UTF-8 not a name", []string{"a\u202eb", "jp"}, `a\226\128\174b.jp`},
		{"C20/Latin-1", []string{"b\xfccher", "de"}, `b\252cher.de`},
		{"C20/RTL", []string{"אמזון", "co", "il"}, "xn--4dbkc5ah.co.il"},
		{"C20/RTL beside digit", []string{"1A", "אמזון", "il"}, `1a.\215\144\215\158\215\150\215\149\215\159.il`},
		{"C20/RTL A-label beside digit", []string{"1a", "xn--4dbkc5ah", "il"}, "1a.xn--4dbkc5ah.il"},
		{"underscore", []string{"_ldap", "_tcp", "corp"}, "_ldap._tcp.corp"},
		{"address", []string{"192", "168", "0", "1"}, `192.168.0.\049`},
		{"number last", []string{"a", "0X7F"}, `a.\048x7f`},
		{"full-width number last", []string{"a", "１"}, `a.\049`},
		{"number first", []string{"1", "in-addr", "arpa"}, "1.in-addr.arpa"},
	} {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			w := wire(test.labels...)
			n, size, err := FromWire(append(w, "rest"...))
			if err != nil || n.String() != test.want || size != len(w) {
				t.Fatalf("FromWire(%q) = %q, %d, %v; want %q, %d", w, n, size, err, test.want, len(w))
			}
			checkRecorded(t, n)
			_, err = Parse(n.String())
			if only := strings.Contains(test.want, `\`) || broken[test.id] || test.want == ""; only == (err == nil) {
				t.Errorf("Parse(%q): %v; want an error exactly for what is a name in the DNS alone", n, err)
			}
		})
	}
}

// TestFromWireTooLongOnceEncoded: each label fits as an A-label of 63 octets,
// the four of them together do not fit a name.
func TestFromWireTooLongOnceEncoded(t *testing.T) {
	t.Parallel()
	label := "éé" + strings.Repeat("a", 54)
	n, _, err := FromWire(wire(label, label, label))
	if err != nil || strings.Count(n.String(), acePrefix) != 3 {
		t.Errorf("FromWire of three = %q, %v; want three A-labels", n, err)
	}
	n, _, err = FromWire(wire(label, label, label, label))
	if err != nil || strings.Count(n.String(), `\195\169\195\169a`) != 4 {
		t.Errorf("FromWire of four = %q, %v; want four labels escaped", n, err)
	}
}

func TestFromWireRefuses(t *testing.T) {
	t.Parallel()
	label, _ := longest()
	long := wire(label, label, label, label[:62])
	for _, test := range []struct {
		id   string
		wire []byte
	}{
		{"empty", nil},
		{"C09/pointer to itself", []byte{0xc0, 0}},
		{"C10/pointer after label", []byte{1, 'a', 0xc0, 0}},
		{"C11/type 0x40", []byte{0x40, 0}},
		{"C11/type 0x80", []byte{1, 'a', 0x80, 0}},
		{"C11/type 0x40, long enough", append([]byte{0x40}, make([]byte, 0x41)...)},
		{"C11/type 0x80, long enough", append([]byte{0x80}, make([]byte, 0x81)...)},
		{"C12/no root", []byte{3, 'c', 'o', 'm'}},
		{"C12/label cut off", []byte{4, 'c', 'o', 'm'}},
		{"C12/length alone", []byte{63}},
		{"C15/256 octets", long},
		{"C15/128 labels", wire(strings.Split(strings.Repeat("a", 128), "")...)},
	} {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			if n, size, err := FromWire(test.wire); !errors.Is(err, ErrInvalid) || !n.IsZero() || size != 0 {
				t.Errorf("FromWire(%q) = %q, %d, %v; want an error", test.wire, n, size, err)
			}
		})
	}
	if len(long) != 256 {
		t.Fatalf("the long name has %d octets; want 256", len(long))
	}
}

// TestFromWireWithin: a dot inside a label must not let a name in below a
// suffix, nor an escape written out in a label pass for one.
func TestFromWireWithin(t *testing.T) {
	t.Parallel()
	for _, labels := range [][]string{
		{"x.amazon", "com", "evil"},
		{"x", "amazon.com"},
		{"x.amazon.com"},
		{`x\.amazon.com`},
		{"x\u3002amazon\u3002com"},
	} {
		n, _, err := FromWire(wire(labels...))
		if err != nil {
			t.Fatal(err)
		}
		if n.Within("amazon.com") {
			t.Errorf("FromWire(%q).Within(amazon.com): true for %q", labels, n)
		}
		if last := n.String()[strings.LastIndexByte(n.String(), '.')+1:]; !n.Within(last) {
			t.Errorf("FromWire(%q).Within(%q): false", labels, last)
		}
	}
}
