package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"
)

// compare looks at values only: where they were read from is no part of them.
var compare = cmp.Options{cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateComparable(netip.Prefix{}), cmpopts.EquateEmpty()}

func TestDefaultFileEqualsDefault(t *testing.T) {
	t.Parallel()
	got, err := Parse("", DefaultYAML())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got, compare); diff != "" {
		t.Errorf("config.yaml differs from Default() (-default +file):\n%s", diff)
	}
}

func TestEmptyFileIsDefault(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "~\n", "listen:\nlists: {}\nmode:\negress: {ports: }\n"} {
		got, err := Parse("", []byte(text))
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if diff := cmp.Diff(Default(), got, compare); diff != "" {
			t.Errorf("Parse(%q) is not the default:\n%s", text, diff)
		}
	}
}

// TestDefaultFileIsComplete holds config.yaml to the table of keys: each there,
// in its order, with a comment of its own.
func TestDefaultFileIsComplete(t *testing.T) {
	t.Parallel()
	var doc yaml.Node
	if err := yaml.Unmarshal(DefaultYAML(), &doc); err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(prefix string, n *yaml.Node)
	walk = func(prefix string, n *yaml.Node) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			path := prefix + name.Value
			comment := strings.Trim(name.HeadComment, "# \n")
			if len(comment) < 20 {
				t.Errorf("%s: has no comment above it", path)
			}
			if _, section := find(path); section {
				walk(path+".", value)
				continue
			}
			found = append(found, path)
		}
	}
	walk("", doc.Content[0])
	var want []string
	for _, k := range keys {
		want = append(want, k.path)
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("keys of config.yaml (-table +file):\n%s", diff)
	}
}

// TestEveryFieldHasAKey holds the table of keys to the fields of Config.
func TestEveryFieldHasAKey(t *testing.T) {
	t.Parallel()
	spell := map[string]string{
		"DataDir": "data_dir", "SellerCentral": "seller_central", "DNS": "dns", "CAFiles": "ca_files",
		"ProxyExcept": "proxy_except", "MaxSize": "max_size", "SinkholeTLS": "sinkhole_tls",
	}
	var want []string
	var walk func(prefix string, typ reflect.Type)
	walk = func(prefix string, typ reflect.Type) {
		for field := range typ.Fields() {
			if !field.IsExported() {
				continue
			}
			name := spell[field.Name]
			if name == "" {
				name = strings.ToLower(field.Name)
			}
			if field.Type.Kind() == reflect.Struct {
				walk(prefix+name+".", field.Type)
				continue
			}
			want = append(want, prefix+name)
		}
	}
	walk("", reflect.TypeFor[Config]())
	for _, path := range want {
		if k, _ := find(path); k == nil {
			t.Errorf("no key reads the field %s", path)
		}
	}
	if len(want) != len(keys) {
		t.Errorf("%d fields, %d keys", len(want), len(keys))
	}
}

func TestRelativePathsStartFromTheFile(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"sekisho.yaml": "data_dir: state\nupstream: {ca_files: [ca.pem, ~/office.pem]}\nlists: {block: [names.txt, ./none.txt, shop.example]}\n",
		"names.txt":    "bad.example\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "sekisho.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "state"); c.DataDir != want {
		t.Errorf("DataDir = %q; want %q", c.DataDir, want)
	}
	want := []string{filepath.Join(dir, "ca.pem"), filepath.Join(home, "office.pem")}
	if diff := cmp.Diff(want, c.Upstream.CAFiles); diff != "" {
		t.Errorf("CAFiles:\n%s", diff)
	}
	if path, ok := c.ListFile("names.txt"); !ok || path != filepath.Join(dir, "names.txt") {
		t.Errorf("ListFile(names.txt) = %q, %v", path, ok)
	}
	for _, entry := range []string{"./none.txt", "shop.example", "."} {
		if path, ok := c.ListFile(entry); ok {
			t.Errorf("ListFile(%q) = %q; want no file", entry, path)
		}
	}
	if got := c.Problem("lists.block[1]", "no such file").Error(); got != "lists.block[1]: no such file (line 3)" {
		t.Errorf("Problem = %q", got)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "none.yaml"), dir} {
		_, err := Load(path)
		if err == nil || len(Problems(err)) != 0 {
			t.Errorf("Load(%q) = %v; want an error that is not about a field", path, err)
		}
	}
}

func TestDefaultDataDir(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "relative")
	dir, err := DefaultDataDir()
	if err != nil || !filepath.IsAbs(dir) || filepath.Base(dir) != "sekisho" {
		t.Errorf("DefaultDataDir() = %q, %v", dir, err)
	}
}
