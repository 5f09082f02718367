package config

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseEverything(t *testing.T) {
	t.Parallel()
	const text = `
data_dir: /var/lib/sekisho
mode: observe
listen: {proxy: "0.0.0.0:0", console: "", dns: "[::]:53"}
seller_central: https://sellercentral.amazon.com/home?x=1
language: ja
upstream:
  ca_files: /etc/ca.pem
  proxy: http://user:pass@proxy.example:3128
  proxy_except: [office.example, 10.1.2.3/8, 192.0.2.1]
egress: {ports: [], allow: [192.168.1.77/24, "::ffff:10.0.0.0/104", fe80::/10]}
access: {clients: [127.0.0.1, "::1"]}
credentials: {ask: always, familiar: [intranet.example]}
intercept: {never: ["*.bank.example", 銀行.example]}
lists: {block: [bad.example, ./names.txt], allow: ok.example}
resolver:
  upstreams: [udp://192.168.1.1, "tls://[2001:db8::1]:853", https://dns.example/dns-query]
  forward: {Office.Example.: tcp://192.168.1.1:5353, lan: [udp://192.168.1.1]}
journal: {retention: 1d12h, max_size: 64 mib}
metrics: {listen: localhost:9765}
`
	got, err := Parse("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		DataDir: "/var/lib/sekisho", Mode: Observe,
		Listen:        Listen{Proxy: "0.0.0.0:0", DNS: "[::]:53"},
		SellerCentral: "https://sellercentral.amazon.com/home?x=1", Language: "ja",
		Upstream: Upstream{
			CAFiles: []string{"/etc/ca.pem"}, Proxy: "http://user:pass@proxy.example:3128",
			ProxyExcept: []string{"office.example", "10.0.0.0/8", "192.0.2.1"},
		},
		Egress: Egress{Allow: prefixes("192.168.1.0/24", "10.0.0.0/8", "fe80::/10")},
		Access: Access{Clients: prefixes("127.0.0.1/32", "::1/128")},
		Credentials: Credentials{
			Ask: "always", Familiar: []string{"intranet.example"},
		},
		Intercept: Intercept{Never: []string{"*.bank.example", "銀行.example"}},
		Lists:     Lists{Block: []string{"bad.example", "names.txt"}, Allow: []string{"ok.example"}},
		Resolver: Resolver{
			Upstreams: []string{"udp://192.168.1.1", "tls://[2001:db8::1]:853", "https://dns.example/dns-query"},
			Forward:   map[string][]string{"office.example": {"tcp://192.168.1.1:5353"}, "lan": {"udp://192.168.1.1"}},
		},
		Journal: Journal{Retention: Duration(36 * time.Hour), MaxSize: 64 << 20},
		Metrics: Metrics{Listen: "localhost:9765"},
	}
	want.Lists.Block[1] = "./names.txt"
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if u := got.Upstream.Proxy.URL(); u == nil || u.User.String() != "user:pass" {
		t.Errorf("Proxy.URL() = %v", u)
	}
}

func prefixes(all ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []string // one per problem, in order: the beginning of it, then what it must contain after " … "
	}{
		"unknown key":        {"moed: enforce", []string{`moed: unknown key; did you mean "mode"? (line 1)`}},
		"unknown below":      {"listen:\n  proxi: a:1", []string{`listen.proxi: unknown key; did you mean "listen.proxy"? (line 2)`}},
		"wrong section":      {"upstreams: []", []string{`upstreams: unknown key; did you mean "upstream"? (line 1)`}},
		"lost its section":   {"familiar: []", []string{`familiar: unknown key; did you mean "credentials.familiar"? (line 1)`}},
		"dots":               {"listen.dns: 127.0.0.1:53", []string{`listen.dns: unknown key; keys nest: write "listen:" and below it, indented, "dns:" (line 1)`}},
		"hyphen":             {"data-dir: /x", []string{`data-dir: unknown key; did you mean "data_dir"? (line 1)`}},
		"far":                {"zzzzzzzz: 1", []string{`zzzzzzzz: unknown key (line 1)`}},
		"twice":              {"mode: enforce\nmode: observe", []string{"mode: this key is already set on line 1 (line 2)"}},
		"enum":               {"mode: Enforce", []string{`mode: want "enforce" or "observe", found "Enforce" (line 1)`}},
		"enum of three":      {"language: fr", []string{`language: want "auto", "ja" or "en", found "fr" (line 1)`}},
		"list for text":      {"mode: [a]", []string{`mode: want "enforce" or "observe", found a list (line 1)`}},
		"number for text":    {"data_dir: 5", []string{"data_dir: want the path of a folder, found a number; put it in quotes if it is meant (line 1)"}},
		"text for section":   {"listen: x", []string{`listen: want keys such as "proxy:" below it, found text (line 1)`}},
		"no port":            {"listen: {dns: 127.0.0.1}", []string{`listen.dns: want host:port such as 127.0.0.1:8765, or "" for off, found "127.0.0.1" (line 1)`}},
		"big port":           {"listen: {dns: 127.0.0.1:70000}", []string{`listen.dns: want a port from 0 to 65535 after the host, found "70000" (line 1)`}},
		"bad address":        {"listen: {dns: 127.0.0.300:53}", []string{`listen.dns: want an IP address before the port, found "127.0.0.300" (line 1)`}},
		"same address":       {"listen: {console: 127.0.0.1:8765}", []string{"listen.console: 127.0.0.1:8765 is already the address of listen.proxy; choose another port (line 1)"}},
		"port zero":          {"egress: {ports: [80, 0]}", []string{`egress.ports[1]: want a port from 1 to 65535, found "0" (line 1)`}},
		"map for list":       {"egress: {ports: {a: 1}}", []string{"egress.ports: want a list such as [a, b], found a map of keys (line 1)"}},
		"list in list":       {"egress:\n  ports:\n    - [80]", []string{"egress.ports[0]: want a single value, found a list (line 3)"}},
		"empty item":         {"lists:\n  block:\n    - \n    - x.example", []string{"lists.block[0]: want a single value, found nothing (line 3)"}},
		"prefix":             {"access: {clients: [10.0.0.0/33]}", []string{`access.clients[0]: want a prefix such as 192.168.1.0/24 or an address, found "10.0.0.0/33" (line 1)`}},
		"nobody":             {"access: {clients: []}", []string{"access.clients: nobody could use sekisho"}},
		"http page":          {"seller_central: http://sellercentral.amazon.co.jp/", []string{"seller_central: want an https address"}},
		"bare resolver":      {"resolver: {upstreams: 1.1.1.1}", []string{"resolver.upstreams: want a server with its protocol; write udp://1.1.1.1 (line 1)"}},
		"resolver scheme":    {"resolver: {upstreams: [quic://1.1.1.1]}", []string{`resolver.upstreams[0]: want a server such as udp://192.168.1.1 or tls://1.1.1.1, found "quic://1.1.1.1": its scheme must be udp, tcp, tls, https (line 1)`}},
		"resolver port":      {"resolver: {upstreams: [\"udp://1.1.1.1:99999\"]}", []string{"resolver.upstreams[0]: want a server"}},
		"forward list":       {"resolver: {forward: [a]}", []string{"resolver.forward: want a map"}},
		"forward empty":      {"resolver: {forward: {lan: []}}", []string{"resolver.forward.lan: want at least one server such as udp://192.168.1.1 (line 1)"}},
		"forward twice":      {"resolver: {forward: {lan: udp://1.1.1.1, LAN.: udp://1.1.1.1}}", []string{"resolver.forward.lan: this domain is already set on line 1 (line 1)"}},
		"forward bad":        {"resolver: {forward: {\"a b\": udp://1.1.1.1, lan: x}}", []string{`resolver.forward: want a domain such as office.example, found "a b"`, "resolver.forward.lan: want a server"}},
		"duration":           {"journal: {retention: 90}", []string{`journal.retention: want a length of time such as "90d", "24h" or "10s", found "90" (line 1)`}},
		"no time":            {"journal: {retention: 0s}", []string{`journal.retention: must be at least 1s, found "0s" (line 1)`}},
		"tiny journal":       {"journal: {max_size: 1KiB}", []string{`journal.max_size: must be at least 1MiB, found "1KiB" (line 1)`}},
		"size":               {"journal: {max_size: 512}", []string{`journal.max_size: want a size with a unit, such as "512MiB" or "2GiB", found "512" (line 1)`}},
		"name":               {"intercept: {never: [\"https://bank.example/\", \"a b\"]}", []string{"intercept.never[0]: want a name such as shop.example without a scheme or path", `intercept.never[1]: want a name such as shop.example, found "a b"`}},
		"list URL":           {"lists: {block: [\"https://bank.example/\"]}", []string{"lists.block[0]: want a name"}},
		"alias":              {"mode: &m observe\nlanguage: *m", []string{"mode: anchors (&) and aliases (*) are not supported; write the value out (line 1)", "language: anchors (&)"}},
		"merge":              {"a: &a {}\n<<: *a", []string{"a: unknown key", "line 2: want the name of a key, found a merge"}},
		"tag":                {"data_dir: !!binary aGk=", []string{`data_dir: tags such as "!!binary" are not supported; write the value alone (line 1)`}},
		"key is a list":      {"? [a]\n: b", []string{"line 1: want the name of a key, found a list"}},
		"top is a list":      {"- a", []string{`line 1: want keys such as "mode: enforce" at the top, found a list`}},
		"tab":                {"listen:\n\tproxy: x", []string{"line 2: not valid YAML: found character that cannot start any token; indent with spaces"}},
		"mapping in text":    {"listen:\n  proxy: a: b", []string{"line 2: not valid YAML: mapping values are not allowed"}},
		"first line":         {"@x", []string{"line 1: not valid YAML"}},
		"control character":  {"mode: observe\n# \x00", []string{"line 2: not text in UTF-8: the byte 0x00"}},
		"two documents":      {"mode: enforce\n---\nmode: observe", []string{"a second document"}},
		"unknown alias":      {"lists: {block: [*.example]}", []string{"line 1: not valid YAML here: anchors"}},
		"escapes":            {"\"a\\e[31m\": 1", []string{`"a\x1b[31m": unknown key (line 1)`}},
		"everything at once": {"mode: x\nlisten: {proxy: y, dns: z}\nfoo: 1", []string{"mode: ", "listen.proxy: ", "listen.dns: ", "foo: "}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("", []byte(tt.text))
			got := Problems(err)
			if len(got) != len(tt.want) {
				t.Fatalf("%d problems; want %d:\n%v", len(got), len(tt.want), err)
			}
			for i, p := range got {
				if !strings.HasPrefix(p.Error(), tt.want[i]) {
					t.Errorf("problem %d:\ngot  %s\nwant %s …", i, p, tt.want[i])
				}
			}
		})
	}
}

func TestHostileFilesAreBounded(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'n'; c++ {
		p := string(c - 1)
		bomb += fmt.Sprintf("%c: &%c [*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s,*%s]\n", c, c, p, p, p, p, p, p, p, p, p)
	}
	tests := map[string]string{
		"alias bomb":    bomb,
		"deep flow":     strings.Repeat("[", 500_000),
		"deep maps":     strings.Repeat("{a: ", 200_000),
		"deep block":    strings.Repeat("- ", 500_000),
		"deep keys":     strings.Repeat("? ", 500_000),
		"too large":     "#" + strings.Repeat("x", maxFile),
		"many problems": strings.Repeat("? [x]\n: 1\n", 80_000),
		"many keys":     strings.Repeat("a: 1\n", 200_000),
		"comments":      "mode: x\n" + strings.Repeat("#\n", 300_000),
		"NUL":           "data_dir: \"\\0\"",
		"not UTF-8":     "mode: \xff\xfe",
		"only indent":   strings.Repeat(" ", maxFile-1) + "\t",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("", []byte(text))
			if n := len(Problems(err)); n == 0 || n > maxProblems+1 {
				t.Errorf("%d problems; want 1 to %d", n, maxProblems+1)
			}
			if err != nil && len(err.Error()) > 64<<10 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestPasswordsStayHidden(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	for _, text := range []string{
		"upstream: {proxy: \"http://user:s3cr3t@proxy.example:99999\"}",
		"upstream: {proxy: \"ftp://user:s3cr3t@proxy.example\"}",
		"upstream: {proxy: \"http://user:s3cr3t@\"}",
		"upstream: {proxy: \"http://us%zz:s3cr3t@proxy\"}",
		"upstream: {proxy: \"user:s3cr3t@proxy.example:3128\"}",
		"upstream: {proxy: [\"http://user:s3cr3t@proxy.example\"]}",
		"resolver: {upstreams: [\"https://user:s3cr3t@dns.example/\", \"x://a:s3cr3t@b@c\"]}",
		"seller_central: \"https://user:s3cr3t@amazon.co.jp/\"",
		"listen: {proxy: \"user:s3cr3t@proxy.example:3128\"}",
		"intercept: {never: [\"http://user:s3cr3t@proxy.example:3128\"]}",
	} {
		_, err := Parse("", []byte(text))
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("Parse(%q) = %v; want an error without the password", text, err)
		}
	}
	c, err := Parse("", []byte("upstream: {proxy: \"http://user:s3cr3t@proxy.example:3128\"}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(verb, c); strings.Contains(text, secret) {
			t.Errorf("Sprintf(%q) shows the password: %s", verb, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(DefaultYAML())
	for _, s := range []string{"mode: observe", "listen: {dns: ''}", "a: &a [*a]", "? [x]\n: y", "journal: {retention: 9d9h, max_size: 9TiB}", "--- \n...\n---\n", "%YAML 1.1\n---\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("", data)
		if err != nil {
			if len(Problems(err)) == 0 {
				t.Fatalf("an error without a problem: %v", err)
			}
			return
		}
		if c.Mode != Enforce && c.Mode != Observe || len(c.Access.Clients) == 0 || c.Journal.MaxSize <= 0 || c.Journal.Retention <= 0 {
			t.Fatalf("accepted %+v", c)
		}
		d, err := ParseDuration(c.Journal.Retention.String())
		if err != nil || d != c.Journal.Retention {
			t.Fatalf("%v does not survive printing: %v, %v", c.Journal.Retention, d, err)
		}
		s, err := ParseSize(c.Journal.MaxSize.String())
		if err != nil || s != c.Journal.MaxSize {
			t.Fatalf("%v does not survive printing: %v, %v", c.Journal.MaxSize, s, err)
		}
	})
}
