package config

import (
	"strings"
	"testing"
)

// TestShow: every key is there with its value, says where that was set, and hides
// what is secret.
func TestShow(t *testing.T) {
	t.Parallel()
	c, err := Parse("/etc/sekisho.yaml", []byte(`mode: observe
listen: {proxy: ""}
upstream: {proxy: "http://user:canary@proxy.example:3128"}
resolver:
  upstreams: ["https://dns.example/dns-query", "https://dns.nextdns.example/canary", "https://dns.example/dns-query/canary%2Fx", "udp://192.0.2.1"]
  forward: {corp.example: ["udp://192.0.2.2", "https://192.0.2.3/canary"]}
egress: {ports: [80, 443]}
journal: {retention: 30d, max_size: 512MiB}
sinks: [{name: siem, to: "tls://siem.example:6514", format: syslog}]
`))
	if err != nil {
		t.Fatal(err)
	}
	c.SetDataDir("/data")
	got := map[string]Shown{}
	for i, s := range c.Show() {
		if s.Path != keys[i].path {
			t.Fatalf("%q is in the place of %q", s.Path, keys[i].path)
		}
		got[s.Path] = s
		if strings.Contains(strings.Join(s.Values, " "), "canary") {
			t.Errorf("%s shows a secret: %q", s.Path, s.Values)
		}
	}
	for _, tt := range []struct {
		path, values, from string
		isDefault          bool
	}{
		{"data_dir", "/data", "--data", false},
		{"mode", "observe", "/etc/sekisho.yaml:1", false},
		{"listen.proxy", "", "/etc/sekisho.yaml:2", false},
		{"listen.console", "127.0.0.1:8766", "", true},
		{"upstream.ca_files", "", "", true},
		{"upstream.proxy", "http://••••@proxy.example:3128", "/etc/sekisho.yaml:3", false},
		{"resolver.upstreams", "https://dns.example/dns-query|https://dns.nextdns.example/••••|https://dns.example/••••|udp://192.0.2.1", "/etc/sekisho.yaml:5", false},
		{"resolver.forward", "corp.example → udp://192.0.2.2, https://192.0.2.3/••••", "/etc/sekisho.yaml:6", false},
		{"egress.ports", "80|443", "/etc/sekisho.yaml:7", false},
		{"access.clients", "127.0.0.0/8|::1/128", "", true},
		{"sinks", "siem → tls://siem.example:6514 (syslog)", "/etc/sekisho.yaml:9", false},
		{"journal.retention", "30d", "/etc/sekisho.yaml:8", false},
		{"journal.max_size", "512MiB", "/etc/sekisho.yaml:8", true},
	} {
		s := got[tt.path]
		if strings.Join(s.Values, "|") != tt.values || s.From != tt.from || s.Default != tt.isDefault {
			t.Errorf("%s is %+v; want %+v", tt.path, s, tt)
		}
	}
	for _, path := range []string{"webhook.secret", "sinks.signing_key"} {
		if got := masked(path, "canary"); got != hidden {
			t.Errorf("%s shows %q", path, got)
		}
	}
	if got, want := masked("hook", "https://me:canary@hook.example/canary/x?y=canary#canary"), "https://••••@hook.example/••••?••••#••••"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
}
