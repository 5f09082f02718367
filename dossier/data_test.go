package dossier

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"

	"sekisho/hostname"
)

// entries returns the lines of a data file, having checked what all of them
// have in common.
func entries(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	seen := map[string]bool{}
	for f := range tsv(text) {
		if len(f) != 3 {
			t.Fatalf("%q has %d columns; want 3", f, len(f))
		}
		spelt := strings.ReplaceAll(f[0], "*", "x")
		n, err := hostname.Parse(spelt)
		if err != nil || n.String() != spelt {
			t.Errorf("%q is not in the form of String: %q, %v", f[0], n, err)
		}
		if seen[f[0]] {
			t.Errorf("%q is there twice", f[0])
		}
		seen[f[0]] = true
		for _, column := range f {
			if column == "" || strings.TrimSpace(column) != column {
				t.Errorf("%q: column %q", f[0], column)
			}
		}
		lines = append(lines, f)
	}
	return lines
}

func TestFamiliarFile(t *testing.T) {
	t.Parallel()
	lines := entries(t, familiarText)
	if len(lines) < 300 {
		t.Errorf("%d well-known sign-ins; want at least 300", len(lines))
	}
	listed, _ := newFamiliar(nil)
	known := map[string]bool{}
	for _, f := range lines {
		known[f[0]] = true
	}
	var groups []string
	last := ""
	for _, f := range lines {
		n, _ := hostname.Parse(f[0])
		if isAmazon(n) {
			t.Errorf("%s is genuine Amazon and never judged", n)
		}
		if n.Registrable() == "" {
			t.Errorf("%s is a public suffix", n)
		}
		// A tenant that is the provider's own may be listed by its full name.
		if at, kind := sharedAbove(f[0]); kind == forms || kind == tenants && at == f[0] {
			t.Errorf("%s is shared by strangers: %s", n, at)
		}
		// What strangers have below an entry is not familiar with it.
		for shared, kind := range hosting {
			if below := name(t, "x."+shared); below.Within(f[0]) && kind != pages && listed.covers(below.String(), SiteOf(below)) {
				t.Errorf("%s makes %s familiar", n, below)
			}
		}
		for _, above, ok := strings.Cut(f[0], "."); ok; _, above, ok = strings.Cut(above, ".") {
			if known[above] && len(above) >= len(SiteOf(n)) {
				t.Errorf("%s lies below %s", n, above)
			}
		}
		if !slices.Contains(groups, f[1]) {
			groups, last = append(groups, f[1]), ""
			if !strings.Contains(familiarText, "#   "+f[1]+" ") {
				t.Errorf("no reason is given for group %s", f[1])
			}
		}
		if groups[len(groups)-1] != f[1] || f[0] < last {
			t.Errorf("%s is not sorted within its group", n)
		}
		last = f[0]
		if !listed.covers(f[0], SiteOf(n)) {
			t.Errorf("%s is listed and not familiar", n)
		}
	}
	if groups[0] != "portal-jp" {
		t.Errorf("the first group is %s; want Japan first", groups[0])
	}
}

func TestHostingFile(t *testing.T) {
	t.Parallel()
	for _, f := range entries(t, hostingText) {
		n, _ := hostname.Parse(strings.ReplaceAll(f[0], "*", "x"))
		if isAmazon(n) {
			t.Errorf("%s is genuine Amazon and never judged", n)
		}
		if f[1] == "stores" || f[1] == "names" {
			continue // the list says less of them, or puts different tenants together
		}
		// The public suffix list is not repeated, and an entry must not hide
		// a suffix of it: then tenants would be taken for one site.
		suffix, _ := publicsuffix.PublicSuffix("tenant." + f[0])
		if suffix == f[0] {
			t.Errorf("%s is in the public suffix list", n)
		}
	}
	for _, private := range []string{
		"workers.dev", "pages.dev", "web.app", "github.io", "my.canva.site", "myshopify.com", "translate.goog", "netlify.app", "blogspot.com",
	} {
		for at := private; at != ""; _, at, _ = strings.Cut(at, ".") {
			if kind, ok := hosting[at]; ok && kind != names {
				t.Errorf("%s (%d) hides the suffix %s", at, kind, private)
			}
		}
	}
}

func TestMailFile(t *testing.T) {
	t.Parallel()
	lines := entries(t, mailText)
	if len(lines) < 80 {
		t.Errorf("%d hosts of mails; want at least 80", len(lines))
	}
	for _, f := range lines {
		n, _ := hostname.Parse(f[0])
		if n.Registrable() == "" && f[0] != "awstrack.me" {
			t.Errorf("%s is a public suffix", n)
		}
		if above, _ := strings.CutPrefix(f[0], strings.SplitN(f[0], ".", 2)[0]+"."); mailHosts[above] != noMail {
			t.Errorf("%s lies below %s", n, above)
		}
	}
}
