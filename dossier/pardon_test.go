package dossier

import (
	"path/filepath"
	"testing"
)

// TestPardonedHosts: a pardon covers the host that it names and what is below, and
// neither neighbours on the same site nor what strangers have on shared hosting.
func TestPardonedHosts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, pardoned, host, want string }{
		{"the host itself", "www.gadget.example", "www.gadget.example", "pass"},
		{"below it", "gadget.example", "www.gadget.example", "pass"},
		{"above it", "www.gadget.example", "gadget.example", "hold red sign-in-copy"},
		{"beside it", "www.gadget.example", "two.gadget.example", "hold red sign-in-copy"},
		{"a like ending", "dget.example", "gadget.example", "hold red sign-in-copy"},
		{"all of a hosting", "vercel.app", "gadget.vercel.app", "hold red sign-in-copy"},
		{"one tenant", "gadget.vercel.app", "gadget.vercel.app", "pass"},
		{"an address", "203.0.113.5", "203.0.113.5", "pass"},
		{"another address", "0.113.5", "203.0.113.5", "hold red sign-in-copy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := office{t, open(t)}
			o.page(test.host, copied)
			o.pardon(test.pardoned)
			if got := verdict(o.navigate(test.host)); got != test.want {
				t.Errorf("opened: %q; want %q", got, test.want)
			}
			if got := verdict(o.page(test.host, copied)); got != test.want {
				t.Errorf("read: %q; want %q", got, test.want)
			}
		})
	}
}

// TestPardonTakenBack: what was seen before, and what was seen meanwhile, counts as
// soon as nobody pardons it any more, also when the file was read again.
func TestPardonTakenBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dossier.json")
	o, _ := openAt(t, path)
	const before, meanwhile = "before.example", "meanwhile.example"
	o.page(before, copied)
	o.Pardon(map[string]Pardoned{before: {}, meanwhile: {}})
	o.page(before, copied)
	o.page(meanwhile, copied)
	for _, host := range []string{before, meanwhile} {
		if got := verdict(o.submit(host, anySignIn, none)); got != "pass" {
			t.Errorf("%s, pardoned: %q", host, got)
		}
	}
	o.Pardon(nil)
	for _, host := range []string{before, meanwhile} {
		if got := verdict(o.submit(host, anySignIn, none)); got != "hold red sign-in-copy" {
			t.Errorf("%s, taken back: %q", host, got)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	o, _ = openAt(t, path)
	if got := verdict(o.navigate(before)); got != "hold red sign-in-copy" {
		t.Errorf("after a restart: %q", got)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}
