package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSinks(t *testing.T) {
	t.Parallel()
	got, err := Parse("/etc/sekisho/sekisho.yaml", []byte(`sinks:
- {name: log, to: events.jsonl, format: cef, max_size: 2MiB, keep: 0, sync: off}
- {name: siem, to: "tls://siem.example", severity: amber, enterprise: 4711, from: start, format: }
- name: chat
  to: http://127.0.0.1:8080/services/geheim?token=geheim
  secret_file: hook.key
  actions: [block, hold]
- {name: udp6, to: "udp://[2001:db8::1]:5514"}
`))
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*Sink)) Sink {
		s := newSink()
		change(&s)
		return s
	}
	want := []Sink{
		with(func(s *Sink) {
			s.Name, s.To, s.Format, s.MaxSize, s.Keep, s.Sync = "log", "/etc/sekisho/events.jsonl", "cef", 2<<20, 0, "off"
		}),
		with(func(s *Sink) {
			s.Name, s.To, s.Format, s.Severity, s.Enterprise, s.From = "siem", "tls://siem.example", "syslog", "amber", 4711, "start"
		}),
		with(func(s *Sink) {
			s.Name, s.To, s.Format = "chat", "http://127.0.0.1:8080/services/geheim?token=geheim", "json"
			s.SecretFile, s.Actions = "/etc/sekisho/hook.key", []string{"block", "hold"}
		}),
		with(func(s *Sink) { s.Name, s.To, s.Format = "udp6", "udp://[2001:db8::1]:5514", "syslog" }),
	}
	if diff := cmp.Diff(want, got.Sinks); diff != "" {
		t.Errorf("sinks (-want +got):\n%s", diff)
	}
	for i, address := range []string{"", "siem.example:6514", "", "[2001:db8::1]:5514"} {
		if s := got.Sinks[i]; i != 2 && s.To.Address() != address {
			t.Errorf("address of %s: %q; want %q", s.To, s.To.Address(), address)
		}
	}
	for name, text := range map[string]string{
		"%v": fmt.Sprintf("%v", got.Sinks), "%+v": fmt.Sprintf("%+v", got), "%#v": fmt.Sprintf("%#v", got.Sinks), "JSON": asJSON(t, got),
	} {
		if strings.Contains(text, "geheim") || !strings.Contains(text, "127.0.0.1:8080") {
			t.Errorf("%s shows the wrong part of a webhook: %s", name, text)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSinkProblems(t *testing.T) {
	t.Parallel()
	const hook = `name: a, to: "https://hook.example/geheim", secret_file: k, `
	for _, test := range []struct{ text, want string }{
		{`sinks: siem`, `sinks: want a list`},
		{`sinks: [siem]`, `sinks[0]: want keys such as`},
		{`sinks: [{}]`, `sinks[0].name: has to be set`},
		{`sinks: [{name: a}]`, `sinks[0].to: has to be set`},
		{`sinks: [{name: A b, to: x}]`, `sinks[0].name: want a name`},
		{`sinks: [{name: ../x, to: x}]`, `sinks[0].name: want a name`},
		{`sinks: [{name: a, to: x}, {name: a, to: y}]`, `sinks[1].name: sinks[0] has this name already`},
		{`sinks: [{name: a, name: b, to: x}]`, `sinks[0].name: this key is already set`},
		{`sinks: [{name: a, to: x, colour: red}]`, `sinks[0].colour: unknown key; a sink has name, to,`},
		{`sinks: [{name: a, to: [x]}]`, `sinks[0].to: want a single value`},
		{`sinks: [{name: a, to: &x y}]`, `sinks[0].to: anchors`},
		{`sinks: [{name: a, to: "ftp://host"}]`, `sinks[0].to: want the path of a file, or a URL`},
		{`sinks: [{name: a, to: "http://hook.example/geheim", secret_file: k}]`, `http:// is for this computer alone`},
		{`sinks: [{name: a, to: "http://127.0.0.1.example/geheim", secret_file: k}]`, `http:// is for this computer alone`},
		{`sinks: [{name: a, to: "https://user:geheim@hook.example", secret_file: k}]`, `no user or password`},
		{`sinks: [{name: a, to: "tls://host/path"}]`, `nothing may follow its host and port`},
		{`sinks: [{name: a, to: "udp://host:99999"}]`, `its port must be from 1 to 65535`},
		{`sinks: [{name: a, to: "https://hook.example/geheim"}]`, `sinks[0].secret_file: has to be set`},
		{`sinks: [{` + hook + `format: cef}]`, `sinks[0].format: https://hook.example is sent json, not cef`},
		{`sinks: [{` + hook + `keep: 3}]`, `sinks[0].keep: has no meaning for https://hook.example`},
		{`sinks: [{` + hook + `enterprise: 3}]`, `sinks[0].enterprise: has no meaning`},
		{`sinks: [{name: a, to: "udp://host", format: json}]`, `sinks[0].format: udp://host is sent syslog or cef, not json`},
		{`sinks: [{name: a, to: "udp://host", secret_file: k}]`, `sinks[0].secret_file: has no meaning`},
		{`sinks: [{name: a, to: x, severity: high}]`, `sinks[0].severity: want one of info, amber, red, found "high"`},
		{`sinks: [{name: a, to: x, actions: [block, kill]}]`, `sinks[0].actions[1]: want one of`},
		{`sinks: [{name: a, to: x, from: never}]`, `sinks[0].from: want one of`},
		{`sinks: [{name: a, to: x, max_size: 4KiB}]`, `sinks[0].max_size: want at least 1MiB`},
		{`sinks: [{name: a, to: x, max_size: big}]`, `sinks[0].max_size: want a size`},
		{`sinks: [{name: a, to: x, keep: -1}]`, `sinks[0].keep: want a number`},
		{`sinks: [{name: a, to: x, sync: always}]`, `sinks[0].sync: want one of batch, off`},
		{`sinks: [{name: a, to: "udp://h", enterprise: 0}]`, `sinks[0].enterprise: want a private enterprise number`},
		{`sinks: [` + strings.Repeat(`{name: a, to: x},`, 17) + `]`, `sinks: 17 sinks are more`},
		{`sinks: [{name: a, to: x, "\u001b[31m": 1}]`, `sinks[0]."\x1b[31m": unknown key`},
	} {
		c, err := Parse("", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %q", test.text, err, test.want)
			continue
		}
		if strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: the message shows a secret: %v", test.text, err)
		}
		if len(Problems(err)) == 0 || len(c.Sinks) > 2 {
			t.Errorf("%s: %d problems, %d sinks", test.text, len(Problems(err)), len(c.Sinks))
		}
	}
}

// TestSinkProblemsAtOnce: a sink that is wrong keeps its place and what of it is right,
// and everything that is wrong is said.
func TestSinkProblemsAtOnce(t *testing.T) {
	t.Parallel()
	c, err := Parse("", []byte(`sinks:
  - {name: a, to: /x, colour: red, severity: high, format: syslog, secret_file: k}
  - {name: a, to: "https://hook.example", secret_file: [k]}
  - 1
  - {name: B, to: /y}
`))
	var got []string
	for _, p := range Problems(err) {
		got = append(got, fmt.Sprintf("%s:%d", p.Path, p.Line))
	}
	slices.Sort(got)
	want := []string{
		"sinks[0].colour:2", "sinks[0].format:2", "sinks[0].secret_file:2", "sinks[0].severity:2",
		"sinks[1].name:3", "sinks[1].secret_file:3", "sinks[2]:4", "sinks[3].name:5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if len(c.Sinks) != 4 || c.Sinks[1].To.Scheme() != "https" || c.Sinks[2].To != "" || c.Sinks[3].To != "/y" {
		t.Errorf("sinks = %+v; want each in its place", c.Sinks)
	}
}
