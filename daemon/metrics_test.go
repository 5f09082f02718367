package daemon

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"sekisho/journal"
)

// figure is one family of figures, as the text tells or the document does.
type figure struct {
	Kind, Help string
	Labels     string // sorted, joined by commas
}

var (
	sample = regexp.MustCompile(`^([a-z_][a-z0-9_]*)(\{.*\})? (\S+)$`)
	pair   = regexp.MustCompile(`([a-z_]+)="((?:[^"\\]|\\.)*)"[,}]`)
)

// exposition reads Prometheus text strictly: HELP, TYPE, then the samples of that
// family and no other, each with a number and once.
func exposition(t *testing.T, text string) (families map[string]figure, values map[string][]string) {
	t.Helper()
	families, values = map[string]figure{}, map[string][]string{}
	seen := map[string]bool{}
	var name string
	for in := bufio.NewScanner(strings.NewReader(text)); in.Scan(); {
		line := in.Text()
		if rest, ok := strings.CutPrefix(line, "# HELP "); ok {
			var help string
			name, help, _ = strings.Cut(rest, " ")
			if _, twice := families[name]; twice {
				t.Errorf("%s: two families", name)
			}
			families[name] = figure{Help: help}
			continue
		}
		f := families[name]
		if kind, ok := strings.CutPrefix(line, "# TYPE "+name+" "); ok && f.Kind == "" {
			f.Kind = kind
			families[name] = f
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil || f.Kind == "" || !belongs(m[1], name, f.Kind) || seen[m[1]+m[2]] {
			t.Errorf("not a sample of %s, or one that was there: %q", name, line)
			continue
		}
		seen[m[1]+m[2]] = true
		if _, err := strconv.ParseFloat(m[3], 64); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		labels := strings.Split(f.Labels, ",")
		for _, p := range pair.FindAllStringSubmatch(m[2], -1) {
			if p[1] == "le" || p[1] == "quantile" {
				continue
			}
			labels = append(labels, p[1])
			if v := name + " " + p[1]; !slices.Contains(values[v], p[2]) {
				values[v] = append(values[v], p[2])
			}
		}
		slices.Sort(labels)
		f.Labels = strings.TrimPrefix(strings.Join(slices.Compact(labels), ","), ",")
		families[name] = f
	}
	return families, values
}

func belongs(sample, family, kind string) bool {
	suffix, ok := strings.CutPrefix(sample, family)
	switch kind {
	case "histogram":
		return ok && slices.Contains([]string{"_bucket", "_sum", "_count"}, suffix)
	case "summary":
		return ok && slices.Contains([]string{"", "_sum", "_count"}, suffix)
	}
	return ok && suffix == ""
}

// lint are the rules of "promtool check metrics" about names and help.
func lint(name string, f figure) (problems []string) {
	total := strings.HasSuffix(name, "_total")
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{f.Help == "" || !strings.HasSuffix(f.Help, "."), "has no help, or one without an end"},
		{f.Kind == "counter" && !total, "a counter ends in _total"},
		{f.Kind != "counter" && total, "only a counter ends in _total"},
		{regexp.MustCompile(`_(bucket|count|sum|info)$`).MatchString(name) && !strings.HasSuffix(name, "_info"), "the suffix is reserved"},
		{regexp.MustCompile(`(_|^)(gauge|counter|histogram|summary|ms|milliseconds|minutes|hours|kilobytes|kib|mib|percent)(_|$)`).MatchString(name), "names a kind or a unit that is none of the base ones"},
		{f.Kind == "histogram" && !strings.HasSuffix(name, "_seconds"), "a histogram has its unit"},
		{!slices.Contains([]string{"counter", "gauge", "histogram", "summary"}, f.Kind), "is of no kind"},
	} {
		if rule.broken {
			problems = append(problems, fmt.Sprintf("%s: %s", name, rule.text))
		}
	}
	return problems
}

// documented reads the tables of docs/metrics.md.
func documented(t *testing.T) map[string]figure {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]figure{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\w+) \\| ([^|]*) \\| ([^|]*) \\|$").FindAllStringSubmatch(string(data), -1) {
		all[m[1]] = figure{Kind: m[2], Help: m[4], Labels: strings.ReplaceAll(strings.ReplaceAll(m[3], "`", ""), " ", "")}
	}
	return all
}

// scrape asks for the figures.
func scrape(t *testing.T, at Running) string {
	t.Helper()
	answer, err := http.Get("http://" + at.Metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/plain; version=0.0.4; charset=utf-8" {
		t.Fatalf("metrics: %s, %v, %v", answer.Status, answer.Header, err)
	}
	return string(text)
}

// TestMetricsDocument holds docs/metrics.md to what is exported, and both to the
// rules; and shows that no host, client or account is among the labels.
func TestMetricsDocument(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := testConfig(t, fmt.Sprintf("metrics: {listen: \"127.0.0.1:0\"}\nlists: {block: [canary.example]}\nresolver: {forward: {office.example: [\"udp://127.0.0.1:9\"]}}\n"+
		"sinks: [{name: one, to: %q}, {name: two, to: \"http://127.0.0.1:9/canary\", secret_file: %q}]", filepath.Join(dir, "events.jsonl"), key))
	d, at, _ := start(t, c)
	ask := func(name string) {
		m := new(dns.Msg).SetQuestion(name, dns.TypeA)
		if _, _, err := new(dns.Client).ExchangeContext(t.Context(), m, at.DNS); err != nil {
			t.Fatal(err)
		}
	}
	ask("canary.example.")
	ask("localhost.")
	hostile := journal.Event{
		Door: "canary", Client: "192.0.2.99", Host: "canary.example", Action: "canary\n", Severity: `canary"`, Ground: "canary", Technique: "canary",
		Account: "canary", Device: "canary", Detail: "canary",
	}
	if _, err := d.journal.Record(t.Context(), hostile); err != nil {
		t.Fatal(err)
	}
	client := browser(t, d, at)
	for _, url := range []string{"https://canary.example/", "http://127.0.0.1:1/"} {
		if answer, err := client.Get(url); err == nil {
			_ = answer.Body.Close()
		}
	}
	text := scrape(t, at)
	for _, canary := range []string{"canary", "192.0.2", "127.0.0.1", "example"} {
		if strings.Contains(text, canary) {
			t.Errorf("the figures show %q", canary)
		}
	}
	families, values := exposition(t, text)
	for name, f := range families {
		for _, problem := range lint(name, f) {
			t.Error(problem)
		}
	}
	for label, want := range map[string][]string{
		"sekisho_events_total door":                 {"dns", "other", "proxy"},
		"sekisho_event_techniques_total technique":  {"none", "other"},
		"sekisho_dns_answers_total outcome":         {"blocked", "local"},
		"sekisho_dns_upstream_seconds upstream":     {"0", "other"},
		"sekisho_sink_delivered_events_total sink":  {"one", "two"},
		"sekisho_proxy_held_requests_total door":    {"proxy"},
		"sekisho_proxy_failures_total reason":       {"port-refused"},
		"sekisho_proxy_opened_total kind":           {"intercept", "tunnel"},
		"sekisho_events_total ground":               {"blocklist", "other"},
		"sekisho_dns_queries_total transport":       {"https", "tcp", "tls", "udp"},
		"sekisho_proxy_withheld_answers_total kind": {"document", "script"},
		"sekisho_sink_refused_events_total sink":    {"two"},
		"sekisho_leaves_total how":                  {"minted", "reused"},
	} {
		if got := slices.Sorted(slices.Values(values[label])); !slices.Equal(got, want) {
			t.Errorf("values of %s: %q; want %q", label, got, want)
		}
	}
	document := documented(t)
	for name := range document { // what this system does not tell
		if _, ok := families[name]; !ok && strings.HasPrefix(name, "process_") {
			delete(document, name)
		}
	}
	if diff := cmp.Diff(document, families); diff != "" {
		t.Errorf("docs/metrics.md differs from what is exported (-document +exported):\n%s", diff)
	}
	data, err := os.ReadFile(filepath.Join("..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`sekisho_[a-z_]+`).FindAllString(string(data), -1) { // in the queries and alerts
		if _, ok := families[strings.TrimSuffix(name, "_bucket")]; !ok {
			t.Errorf("docs/metrics.md asks for %s, which does not exist", name)
		}
	}
}

func TestLintCatches(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]figure{
		"x_events": {"counter", "Help.", ""}, "x_total": {"gauge", "Help.", ""}, "x_ms": {"gauge", "Help.", ""}, "x_count": {"gauge", "Help.", ""},
		"x_size": {"histogram", "Help.", ""}, "x_a": {"gauge", "", ""}, "x_b": {"untyped", "Help.", ""},
	} {
		if len(lint(name, f)) == 0 {
			t.Errorf("lint finds nothing wrong with %s %+v", name, f)
		}
	}
}

// TestMetricsCount shows a few figures to be true.
func TestMetricsCount(t *testing.T) {
	t.Parallel()
	c := testConfig(t, "metrics: {listen: \"127.0.0.1:0\"}\nlists: {block: [bad.example]}")
	d, at, stop := start(t, c)
	for range 3 {
		m := new(dns.Msg).SetQuestion("bad.example.", dns.TypeA)
		if _, _, err := new(dns.Client).ExchangeContext(t.Context(), m, at.DNS); err != nil {
			t.Fatal(err)
		}
	}
	text := scrape(t, at)
	for _, line := range []string{
		`sekisho_dns_queries_total{transport="udp"} 3`,
		`sekisho_dns_answers_total{outcome="blocked",rcode="nxdomain"} 3`,
		`sekisho_events_total{door="dns",action="block",severity="red",ground="blocklist"} 1`,
		`sekisho_journal_last_id 1`, `sekisho_journal_written_events_total 1`, `sekisho_journal_commit_seconds_count 1`,
		`sekisho_enforcing 1`, `sekisho_journal_waiting_events 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
	if own := d.own(); !slices.ContainsFunc(own, func(a netip.AddrPort) bool { return a.String() == at.Metrics }) {
		t.Errorf("the proxy would lead to the metrics: own() = %v", own)
	}
	if r, err := ReadRunning(d.dir); err != nil || r.Metrics != at.Metrics || at.Metrics == "" {
		t.Errorf("run.json: %+v, %v; want the address %q", r, err, at.Metrics)
	}
	stop()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at.Metrics+"/metrics", nil)
	if answer, err := http.DefaultClient.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Error("metrics are served after the stop")
	}
}
