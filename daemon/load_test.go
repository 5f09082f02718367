package daemon

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/config"
	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/rules"
)

func decide(t *testing.T, l *Loaded, host string) rules.Verdict {
	t.Helper()
	n, err := hostname.Parse(host)
	if err != nil {
		t.Fatal(err)
	}
	return l.Policy.Decide(n)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadLists(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Lists.Block = []string{"bad.example", write(t, "block.txt", "\ufeff# names\r\nListed.Example.\r\n\r\n*.star.example # all of them\n"+
		"no name\n"+strings.Repeat("x", 3*maxLine)+"\nlast.example")}
	c.Lists.Allow = []string{"amazon-signin.example"}
	c.Intercept.Never = []string{".payroll.example"}
	l, err := Load(c)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]rules.Ground{
		"www.bad.example": rules.Blocklist, "listed.example": rules.Blocklist, "a.star.example": rules.Blocklist,
		"last.example": rules.Blocklist, "amazon-signin.example": rules.Allowlist, "payroll.example": rules.Never,
		"other.example": rules.Default,
	} {
		if got := decide(t, l, host).Ground; got != want {
			t.Errorf("%s: ground %s; want %s", host, got, want)
		}
	}
	notes := strings.Join(l.Notes, "\n")
	if len(l.Notes) != 2 || !strings.Contains(notes, "lists.block[1]: "+c.Lists.Block[1]+":5") || !strings.Contains(notes, ":6: the line is longer") {
		t.Errorf("notes:\n%s", notes)
	}
	if l.Roots != nil {
		t.Error("roots of its own without CA files")
	}
}

func TestLoadBoundsNotes(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Lists.Block = []string{write(t, "junk", strings.Repeat("not a name\n", 5000))}
	l, err := Load(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Notes) != maxNotes+1 {
		t.Errorf("%d notes; want %d", len(l.Notes), maxNotes+1)
	}
}

func TestLoadProblems(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.SellerCentral = "https://sellercentral.amazon.co.jp.example/"
	c.Upstream.CAFiles = []string{"/none.pem"}
	c.Upstream.ProxyExcept = []string{"10.0.0.0/8", "192.0.2.1", "office.example", "a..b"}
	c.Lists.Block = []string{"./none", "names.TXT", "a..b"}
	c.Lists.Allow = []string{"/none"}
	c.Intercept.Never = []string{"ok.example", "a..b"}
	c.Credentials.Familiar = []string{"a..b"}
	c.Resolver.Upstreams = []string{"udp://name.example"}
	c.Resolver.Forward = map[string][]string{"lan": {"quic://192.0.2.1"}}
	_, err := Load(c)
	var got []string
	for _, p := range config.Problems(err) {
		got = append(got, p.Path)
	}
	slices.Sort(got)
	want := []string{
		"credentials.familiar[0]", "intercept.never[1]", "lists.allow[0]", "lists.block[0]", "lists.block[1]", "lists.block[2]",
		"resolver.forward.lan[0]", "resolver.upstreams[0]", "seller_central", "upstream.ca_files[0]", "upstream.proxy_except[3]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("problems at\n%q\nwant\n%q\n%v", got, want, err)
	}
}

func TestCAFiles(t *testing.T) {
	lab := labnet.New(t)
	good, err := os.ReadFile(lab.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ text, want string }{
		"a CA":       {string(good), ""},
		"two":        {string(good) + "# comment\n" + string(good), ""},
		"empty":      {"", "holds no certificate"},
		"text":       {"hello", "holds no certificate"},
		"a key":      {"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "want certificates alone"},
		"broken DER": {"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "certificate 1 of "},
		"cut off":    {string(good) + string(good[:len(good)/2]), "damaged after certificate 1"},
		"a leaf":     {string(leafPEM(t)), "is not that of a certificate authority"},
		"huge":       {strings.Repeat("x", maxCAFile+1), "larger than 8MiB"},
	}
	for name, tt := range tests {
		_, err := readCAs(write(t, "ca.pem", tt.text))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v; want … %s …", name, err, tt.want)
		}
	}
	if _, err := readCAs(t.TempDir()); err == nil {
		t.Error("a folder was taken for a file")
	}
}

func leafPEM(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"shop.example"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func FuzzEachLine(f *testing.F) {
	f.Add([]byte("a\nb\r\n\nc"))
	f.Add([]byte("\ufeff#"))
	f.Add(bytes.Repeat([]byte("x"), 2*maxLine))
	f.Fuzz(func(t *testing.T, data []byte) {
		last, total := 0, 0
		err := eachLine(bytes.NewReader(data), func(n int, text string) {
			if n != last+1 || len(text) > maxLine || strings.HasSuffix(text, "\n") {
				t.Fatalf("line %d after %d: %q", n, last, text)
			}
			last, total = n, total+len(text)
		}, func(int) {})
		if err != nil || total > len(data) || last != bytes.Count(data, []byte("\n"))+1 {
			t.Fatalf("%d lines, %d bytes, %v", last, total, err)
		}
	})
}

func TestRunFile(t *testing.T) {
	t.Parallel()
	dir := Dir(t.TempDir())
	if _, err := ReadRunning(dir); err != ErrNotRunning {
		t.Errorf("none: %v", err)
	}
	want := Running{PID: os.Getpid(), Proxy: "127.0.0.1:1"}
	if err := writeRunFile(dir, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadRunning(dir); err != nil || got != want || !got.Alive() {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "{", "[]", `{"pid":0}`, `{"pid":-1}`, strings.Repeat("[", 1<<20)} {
		if err := os.WriteFile(dir.RunFile(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRunning(dir); err == nil || err == ErrNotRunning {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if (Running{PID: 1<<22 + 1}).Alive() {
		t.Error("a process beyond the highest number is alive")
	}
	if err := removeRunFile(dir); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(string(dir)); len(left) != 0 {
		t.Errorf("%d files left", len(left))
	}
}

// BenchmarkLoadList reads a list of a million names, as at a start or a reload.
func BenchmarkLoadList(b *testing.B) {
	path := filepath.Join(b.TempDir(), "list")
	var text bytes.Buffer
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "host-%d.shop%d.example\n", i, i%1000)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	c := config.Default()
	c.Lists.Block = []string{path}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(c); err != nil {
			b.Fatal(err)
		}
	}
}
