package hostname

import (
	"errors"
	"strings"
	"testing"
)

// checkRecorded holds a Name of FromWire against what is promised of those that Parse
// refuses as well: they are found as they were recorded, and shown as nothing else.
func checkRecorded(t *testing.T, n Name) {
	t.Helper()
	s := n.String()
	if s == "" {
		return
	}
	for _, spelling := range []string{s, strings.ToUpper(s), s + "."} {
		if again, err := ParseRecorded(spelling); err != nil || again != n {
			t.Fatalf("ParseRecorded(%q) = %#v, %v; want %#v", spelling, again, err, n)
		}
	}
	if _, err := Parse(s); err != nil && n.Unicode() != s {
		t.Fatalf("%q, which Parse refuses, is shown as %q", s, n.Unicode())
	}
}

// TestParseRecorded: beyond what was recorded, it takes what Parse does.
func TestParseRecorded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ input, want string }{
		{"Shop.example.", "shop.example"},
		{"アマゾン。example", "xn--cckwcxetd.example"},
		{"127.1", "127.0.0.1"},
		{"XN--Amazon-kxd.example", "xn--amazon-kxd.example"},
		{"xn--amazon-.com", "xn--amazon-.com"},
		{`a\032b.example`, `a\032b.example`},
		{`a\000`, `a\000`},
		{`x.\049`, `x.\049`},
	} {
		if n, err := ParseRecorded(test.input); err != nil || n.String() != test.want {
			t.Errorf("ParseRecorded(%q) = %q, %v; want %q", test.input, n, err, test.want)
		}
	}
	for _, input := range []string{
		"", ".", "a..b", "a b.example", `\097mazon.com`, `a\046.x\`, `\04.example`, `\256.example`, `\1201.example`,
		`\120n--a.example`, "1.2.3.09", strings.Repeat("a", 64) + ".xn--a", strings.Repeat("xn--a.", 44), "xn--a.\u3002b", "xn--é",
		"x/xn--a", strings.Repeat(`\032`, 300),
	} {
		if n, err := ParseRecorded(input); !errors.Is(err, ErrInvalid) || !n.IsZero() {
			t.Errorf("ParseRecorded(%q) = %q, %v; want an error", input, n, err)
		}
	}
}

// TestBrokenStaysApart: a broken A-label is neither what it decodes to nor within it.
func TestBrokenStaysApart(t *testing.T) {
	t.Parallel()
	for _, labels := range [][]string{
		{"xn--amazon-", "com"},
		{"xn--amazon.com-"},
		{"xn--xn--mazon-3ve-", "com"},
		{"XN--AMAZON-", "CO", "JP"},
	} {
		n, _, err := FromWire(wire(labels...))
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{"amazon.com", "amazon.co.jp", "xn--mazon-3ve.com"} {
			if o, err := Parse(other); err != nil || n == o || n.Within(other) || n.Unicode() == o.Unicode() {
				t.Errorf("FromWire(%q) = %q, which is or shows %s", labels, n, other)
			}
		}
	}
}

func TestParseAsked(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"https://Shop.example:8443/x":   "shop.example",
		" XN--a.example. ":              "xn--a.example",
		`evil.example\032.amazon.co.jp`: "evil.example",
		"a b.example":                   "",
		"https://xn--a.example/":        "xn--a.example",
		"xn--a.example:443":             "xn--a.example",
		"https://u@x.XN--A.example./p":  "x.xn--a.example",
		"https://xn--a.example:0/":      "",
		"https://xn--a.e%78ample/":      "",
		`https://xn--a\032.example/`:    "xn--a",
		"https://xn--a b.example/":      "",
		"https://xn--a.ｅxample/":        "",
		"https://\u0130.xn--a.example/": "", // whose lower case is an i
		"https://a..example/":           "",
		"https://-_.xn--a..example/":    "",
	} {
		if n, err := ParseAsked(input); n.String() != want || (err == nil) != (want != "") {
			t.Errorf("ParseAsked(%q) = %q, %v; want %q", input, n, err, want)
		}
	}
}
