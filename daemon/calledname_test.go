package daemon

import (
	"context"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/accounts"
	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestSecretsInQuestions: what a page asks the resolver for below a blocked name, with a
// protected sign-in or a code as a label, is in the journal under the blocked name, and other
// names are in it as they are.
func TestSecretsInQuestions(t *testing.T) {
	const password, id, site = "tanuki88hana", "tencho@shop.example", "amazom.example"
	lab := labnet.New(t)
	c := testConfig(t, fmt.Sprintf("resolver: {upstreams: [%q]}", lab.DNS()))
	d, at, stop := start(t, c)
	if err := d.stores.accounts.Add(id, "main shop", []byte(password)); err != nil {
		t.Fatal(err)
	}
	hidden := hex.EncodeToString([]byte(password))
	coded := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(password)))
	want := map[string]int{}
	for name, called := range map[string]string{
		password: site, "71k9." + password: site, hidden: site, coded: site, "602947": site, "tencho.shop.example": site,
		"www": "", "sellercentral": "", "secure-login": "", "static-eu": "", "cdn": "",
	} {
		asked := name + "." + site
		if called == "" {
			called = asked
		}
		want[called]++
		if got := labnet.Ask(t, "udp", at.DNS, asked); got != labnet.NameError {
			t.Errorf("%s: answer %d; want it blocked", asked, got)
		}
	}
	r, err := journal.OpenReader(d.dir.Journal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	got := map[string]int{}
	for e, err := range r.Events(t.Context(), journal.Filter{Action: journal.ActionBlock}) {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Host]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events of hosts (-want +got):\n%s", diff)
	}
	stop()
	for _, file := range dataFiles(t, c.DataDir) {
		for _, secret := range []string{password, hidden, coded, "602947", "tencho.shop"} {
			if strings.Contains(file.text, secret) {
				t.Errorf("%s has %q", file.name, secret)
			}
		}
	}
}

// TestCalledInTime: a host that cannot be compared in time is called by its site, unless it
// has nothing to compare, or was compared before.
func TestCalledInTime(t *testing.T) {
	d, _, _ := start(t, testConfig(t, ""))
	if err := d.stores.accounts.Add("tencho@shop.example", "main shop", []byte("tanuki88hana")); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.stores.accounts.Check(t.Context(), accounts.Asker{}, nil, [][]byte{[]byte("neko-77-mori")}); err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{"neko-77-mori.amazom.example": "neko-77-mori.amazom.example", "kitsune-77.amazom.example": "amazom.example", "www.amazom.example": "www.amazom.example"} {
		n, err := hostname.Parse(asked)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.called(over, netip.MustParseAddr("127.0.0.1"), n).String(); got != want {
			t.Errorf("%s is called %s; want %s", asked, got, want)
		}
	}
	if !slices.IsSorted(labelWords) {
		t.Error("the words of labels are not in order")
	}
}

type dataFile struct{ name, text string }

// dataFiles are all files below dir.
func dataFiles(t *testing.T, dir string) (files []dataFile) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files = append(files, dataFile{path, string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
