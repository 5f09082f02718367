package console

import "testing"

// TestDeaden: nothing in a sentence is an address that a program makes a link of.
func TestDeaden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"see https://a.example/x":    "see [https]://a[.]example/x",
		"HTTP://[2001:db8::1]/":      "[HTTP]://[2001:db8::1]/",
		"ftp://localhost and ftps:x": "[ftp]://localhost and [ftps]:x",
		"Ends. Then more…":           "Ends. Then more…",
		"":                           "",
	} {
		if got := deaden([]string{in}); got[0] != want {
			t.Errorf("deaden(%q) = %q; want %q", in, got[0], want)
		}
	}
}
