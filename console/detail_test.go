package console

import (
	"bufio"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sekisho/details"
	"sekisho/hostname"
	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/rules"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, technique, in, want string }{
		{"a name", "edit", "imitates amazon.com: amozon is amazon with one letter replaced, with the words login and jp", "amazon.com をまねた名前です。「amozon」は amazon の 1 文字を別の文字にしたものです。「login」「jp」という語もあります"},
		{"behind an alias", "edit", "leads to a.example → b.example: is listed as b.example in lists.block[0]:7", "a.example → b.example につながっています。lists.block[0]:7 に b.example として登録されています"},
		{"a page", "sign-in-copy", "the page is a copy of Amazon's sign-in", "このページは、Amazon のサインイン画面の複製です"},
		{"holes in what is found", "edit", "imitates {2}: {1} looks like amazon", "{2} をまねた名前です。「{1}」は amazon に見えます"},
		{"of a later version", "edit", "imitates amazon.com: x does something new", "imitates amazon.com: x does something new"},
		{"a visitor's words", journal.TechniqueAppeal, "the page is a copy of Amazon's sign-in", "the page is a copy of Amazon's sign-in"},
		{"nested without end", "edit", strings.Repeat("imitates a: ", 50) + "x looks like y", strings.Repeat("imitates a: ", 50) + "x looks like y"},
		{"empty", "", "", ""},
	} {
		if got := (words{Lang: interstitial.Japanese}).Sentence(test.technique, test.in); got != test.want {
			t.Errorf("%s: %q; want %q", test.name, got, test.want)
		}
		if got := (words{Lang: interstitial.English}).Sentence(test.technique, test.in); got != test.in {
			t.Errorf("%s in English: %q", test.name, got)
		}
	}
}

// TestDetailsOfNames: whatever rules says of a name is there in Japanese.
func TestDetailsOfNames(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join("..", "rules", "testdata", "verdicts.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b := rules.NewBuilder()
	b.Add(rules.BlockList, "blocked.example", "lists.block[0]", 0)
	b.Add(rules.BlockList, "filed.example", "/etc/sekisho/my list.txt", 12)
	b.Add(rules.AllowList, "allowed.example", "the console's decisions", 0)
	policy, n := b.Build(), 0
	names := []string{"blocked.example", "x.filed.example", "allowed.example"}
	for s := bufio.NewScanner(f); s.Scan(); {
		names = append(names, strings.Fields(s.Text() + " -")[0])
	}
	for _, name := range names {
		host, err := hostname.Parse(name)
		if err != nil {
			continue
		}
		if v := policy.Decide(host); v.Detail != "" {
			n++
			checkJapanese(t, v.Detail)
		}
	}
	if n < 900 {
		t.Errorf("only %d names with a detail", n)
	}
}

// TestDetailsOfTheRest: so is what the dossier, the proxy and the checks of
// certificates say, as their sources have it.
func TestDetailsOfTheRest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file     string
		least    int
		sentence func(s string) bool
	}{
		{"dossier/table.go", 35, func(s string) bool {
			return strings.Count(s, " ") > 2 && s != "Amazon's own" && s != "nothing speaks against it"
		}},
		{"proxy/notes.go", 5, func(s string) bool { return strings.Count(s, " ") > 4 }},
		{"proxy/origincert/rules.go", 3, func(s string) bool { return strings.Count(s, " ") > 4 }},
		{"proxy/origincert/verifier.go", 4, func(s string) bool { return strings.Count(s, " ") > 3 }},
		{"proxy/origincert/staple.go", 1, func(s string) bool { return strings.Count(s, " ") > 3 }},
	} {
		n := 0
		for _, s := range literals(t, test.file) {
			if test.sentence(s) {
				n++
				s = strings.TrimSuffix(s, " on ") // the day comes next
				if strings.HasPrefix(s, "; from then on") || s == "the certificate authority ends" {
					continue
				}
				checkJapanese(t, s)
			}
		}
		if n < test.least {
			t.Errorf("%s has only %d sentences", test.file, n)
		}
	}
	checkJapanese(t, "the certificate authority ends on 2030-01-02; from then on connections are tunnelled and judged by name alone. Make a new one: sekisho ca rotate")
	checkJapanese(t, "3 records were lost, with ids from 4 to 6")
	for _, s := range certificateReasons(t) {
		checkJapanese(t, s)
	}
	checkJapanese(t, "the journal was missing or empty; records up to id 7 are not in it")
	reasons := 0
	for _, s := range slices.Concat(literals(t, "journal/recover.go"), literals(t, "journal/diskerror.go"), literals(t, "journal/schema/schema.go")) {
		if strings.HasPrefix(s, "it ") || strings.HasPrefix(s, "this user ") {
			reasons++
			checkJapanese(t, "the journal was moved aside because "+s+"; this one starts anew, with 2 decisions about sites and 1 names of devices from there, and without the records")
		}
	}
	if reasons < 6 {
		t.Errorf("only %d reasons why a journal is moved aside", reasons)
	}
}

func checkJapanese(t *testing.T, detail string) {
	t.Helper()
	s, ok := details.Japanese(detail)
	if !ok || strings.ContainsAny(s, "{}") {
		t.Errorf("%q in Japanese is %q", detail, s)
	}
}

// certificateReasons returns what the proxy says of certificates that crypto/x509 refuses.
func certificateReasons(t *testing.T) (all []string) {
	for _, s := range literals(t, "proxy/diagnosis/certificate.go") {
		if strings.Contains(s, "certificate") && s != "failed to parse certificate" || strings.Contains(s, "authority") || s == "outside its validity" {
			all = append(all, s)
		}
	}
	if len(all) < 10 {
		t.Errorf("only %d reasons: %q", len(all), all)
	}
	return append(all, "expired at 2026-01-02T03:04:05Z", "valid from 2026-01-02T03:04:05Z", "revoked at 2026-01-02T03:04:05Z")
}

// literals returns the strings in a source file, comments and keys of loggers aside.
func literals(t *testing.T, file string) (all []string) {
	t.Helper()
	f, err := parser.ParseFile(gotoken.NewFileSet(), filepath.Join("..", filepath.FromSlash(file)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == gotoken.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, " ") {
				all = append(all, s)
			}
		}
		return true
	})
	return all
}
