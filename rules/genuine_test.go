package rules

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
)

func TestNE19Ownership(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host                 string
		genuine, credentials bool
	}{
		{"amazon.co.jp", true, true},
		{"www.amazon.co.jp", true, true},
		{"a.b.c.sellercentral.amazon.co.jp", true, true},
		{"sellercentral-japan.amazon.com", true, true},
		{"api.amazon.co.jp", true, false},           // host: tokens only
		{"x.api.amazon.co.jp", true, true},          // the host entry does not reach below
		{"amazon.com.sg", true, false},              // suffix without sign-in
		{"vendorcentral.amazon.com.sg", true, true}, // but this host has one
		{"amazon.jp", true, false},
		{"amzn.to", true, false},
		{"www.audible.com", true, true},
		{"signin.aws", true, true},
		{"eu-west-1.signin.aws", true, true},
		{"something.aws", false, false},
		{"on.aws", false, false},
		{"x.lambda-url.eu-west-1.on.aws", false, false},
		{"amazonaws.com", false, false},
		{"s3.amazonaws.com", false, false},
		{"d111111abcdef8.cloudfront.net", false, false},
		{"d1v5ir2lpwr8os.cloudfront.net", true, false},    // an exact host among customers
		{"x.d1v5ir2lpwr8os.cloudfront.net", false, false}, // not below it
		{"bucket.s3-accelerate.amazon", false, false},
		{"registry.amazon", true, false},
		{"service.aws.a2z.com", false, false},
		{"service.a2z.com", true, false},
		{"notamazon.co.jp", false, false},
		{"amazon.co.jp.evil.com", false, false},
		{"co.jp", false, false},
		{"jp", false, false},
		{"1.2.3.4", false, false},
		{"::1", false, false},
	} {
		n := mustParse(t, tt.host)
		if got := IsGenuine(n); got != tt.genuine {
			t.Errorf("IsGenuine(%s) = %v; want %v", tt.host, got, tt.genuine)
		}
		if got := MayReceiveCredentials(n); got != tt.credentials {
			t.Errorf("MayReceiveCredentials(%s) = %v; want %v", tt.host, got, tt.credentials)
		}
	}
}

// Labels that hold odd bytes, as a DNS message can, are other labels.
func TestOwnershipOfOddLabels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		wire string
		want bool
	}{
		{"\x03www\x06amazon\x02co\x02jp\x00", true},
		{"\x03w\x00w\x06amazon\x02co\x02jp\x00", true},   // below a real boundary
		{"\x0awww.amazon\x02co\x02jp\x00", false},        // one label with a dot in it
		{"\x0ax.amazon.c\x03com\x00", false},             // the same, elsewhere
		{"\x03www\x0camazon.co.jp\x00", false},           // one label for the whole suffix
		{"\x03www\x07amazon\\\x02co\x02jp\x00", false},   // a backslash
		{"\x03www\x07amazon\x00\x02co\x02jp\x00", false}, // a zero byte
		{"\x03www\x07amazon \x02co\x02jp\x00", false},    // a space
	} {
		n, _, err := hostname.FromWire([]byte(tt.wire))
		if err != nil {
			t.Errorf("FromWire(%q): %v", tt.wire, err)
			continue
		}
		if got := IsGenuine(n); got != tt.want {
			t.Errorf("IsGenuine(%s) = %v; want %v", n, got, tt.want)
		}
	}
}

func TestGenuineFile(t *testing.T) {
	t.Parallel()
	if len(amazon) < 400 {
		t.Errorf("genuine.tsv has %d names; want 400 or more", len(amazon))
	}
	for name, o := range amazon {
		n, err := hostname.Parse(name)
		if err != nil || n.String() != name {
			t.Errorf("genuine.tsv: %q is not in its plain form (%v, %v)", name, n, err)
		}
		for _, f := range []fact{o.suffix, o.host} {
			if f.customers && f.credentials {
				t.Errorf("genuine.tsv: %q is for customers and takes credentials", name)
			}
		}
	}
	for name, detail := range neverBuiltIn {
		n, err := hostname.Parse(name)
		if err != nil || n.String() != name || detail == "" {
			t.Errorf("never.tsv: %q is not in its plain form (%v, %v)", name, n, err)
		}
		if aboveGenuine[name] || IsGenuine(n) {
			t.Errorf("never.tsv: %q touches a genuine name", name)
		}
	}
}

func TestCredentialSuffixes(t *testing.T) {
	t.Parallel()
	got := CredentialSuffixes()
	if !slices.IsSorted(got) {
		t.Errorf("CredentialSuffixes() = %q; want them sorted", got)
	}
	for i, s := range got {
		n := mustParse(t, s)
		for j, other := range got {
			if i != j && n.Within(other) {
				t.Errorf("%q is covered by %q already", s, other)
			}
		}
		if !IsGenuine(n) {
			t.Errorf("%q is not genuine", s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(amazon)) {
		if n := mustParse(t, name); MayReceiveCredentials(n) && !slices.ContainsFunc(got, n.Within) {
			t.Errorf("%q is not covered", name)
		}
	}
	for _, s := range []string{"amazon.co.jp", "amazon.com", "signin.aws", "vendorcentral.amazon.com.sg"} {
		if !slices.Contains(got, s) {
			t.Errorf("%q is missing from %q", s, got)
		}
	}
	got[0] = "changed"
	if diff := cmp.Diff(got, CredentialSuffixes()); diff == "" {
		t.Error("the slice is shared between callers")
	}
}

func TestReadRefusesBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(){
		"columns": func() { readGenuine("amazon.com\tsuffix\tmarketplace") },
		"match":   func() { readGenuine("amazon.com\tbelow\tmarketplace\tyes") },
		"never":   func() { readNever("bank.example\tbank-jp") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if r, _ := recover().(string); !strings.HasPrefix(r, "rules: ") {
					t.Errorf("recovered %q; want a complaint", r)
				}
			}()
			read()
		})
	}
}
