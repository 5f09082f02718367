package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// isJapanese reports whether a text has letters of the language.
func isJapanese(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return unicode.In(c, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}

// TestHelpInJapanese: whoever reads Japanese is told of every command and of every flag
// in it, and nothing is told of what there is not.
func TestHelpInJapanese(t *testing.T) {
	t.Parallel()
	root := rootCommand(&env{words: japanese})
	commands, flags := map[string]bool{}, map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		at := c.CommandPath()
		commands[at] = true
		if !isJapanese(c.Short) || c.Long != "" && !isJapanese(c.Long) {
			t.Errorf("%s: %q, %q", at, c.Short, c.Long)
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			flags[at+" "+f.Name] = true
			if !f.Hidden && !isJapanese(f.Usage) {
				t.Errorf("%s --%s: %q", at, f.Name, f.Usage)
			}
		})
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(root)
	for at, text := range helpTexts() {
		if !commands[at] {
			t.Errorf("there is no command %q", at)
		}
		for name := range text.Flags {
			if !flags[at+" "+name] {
				t.Errorf("%s has no --%s", at, name)
			}
		}
	}
	if u := root.UsageTemplate(); strings.Contains(u, "Flags:") || strings.Contains(u, "Flags of") || strings.Contains(u, "Usage:") || strings.Contains(u, "says more") {
		t.Errorf("the usage is half English: %s", u)
	}
	if c := rootCommand(&env{words: english}); isJapanese(c.Short) || isJapanese(c.UsageTemplate()) {
		t.Error("the English help is Japanese")
	}
}

// TestPhrases: a phrase has in Japanese what it has in English.
func TestPhrases(t *testing.T) {
	t.Parallel()
	place := regexp.MustCompile(`%(\[\d\])?s`)
	for _, p := range phrases() {
		want := p.english.NumSubexp()
		if got := place.FindAllString(p.japanese, -1); len(got) != want || len(verbs.FindAllString(place.ReplaceAllString(p.japanese, ""), -1)) > 0 || !isJapanese(p.japanese) {
			t.Errorf("%v: %q", p.english, p.japanese)
		}
	}
}

// saidIn returns the texts that the calls of a file in names have as literals.
func saidIn(t *testing.T, file string, names ...string) (texts []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			name = fun.Sel.Name
		}
		if slices.Contains(names, name) {
			for _, arg := range call.Args {
				if text := literal(arg); text != "" {
					texts = append(texts, text)
				}
			}
		}
		return true
	})
	return texts
}

// sample is a text as it is printed.
func sample(format string) string {
	return strings.NewReplacer("%q", `"x"`, "%d", "7", "%s", "z", "%v", "z", "%w", "z").Replace(format)
}

// TestToldInJapanese: what the commands for accounts, users, tokens and the authority say
// is told in Japanese, and so is what the stores refuse.
func TestToldInJapanese(t *testing.T) {
	t.Parallel()
	e := &env{words: japanese}
	said := 0
	check := func(file, text string) {
		if letters := strings.ContainsFunc(strings.NewReplacer("%s", "", "%v", "", "%d", "").Replace(text), unicode.IsLetter); !letters {
			return
		}
		said++
		if got := e.told(sample(text)); !isJapanese(got) {
			t.Errorf("%s: %q is told as %q", file, text, got)
		}
	}
	for _, pattern := range []string{"account*.go", "user*.go", "token*.go", "ca*.go", "password.go", "prompt.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, text := range saidIn(t, file, "say", "misuse", "failed", "hidden", "password") {
				check(file, text)
			}
			for _, text := range saidIn(t, file, "New", "Errorf") {
				if !strings.HasPrefix(text, "prepare the terminal") && !strings.HasPrefix(text, "read the password: ") {
					check(file, text)
				}
			}
		}
	}
	for _, pattern := range []string{"../../staff/*.go", "../../accounts/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, text := range saidIn(t, file, "Errorf") {
				if cause := strings.TrimSuffix(text, " %w"); cause != text && !strings.Contains(cause, "passkey") && (strings.HasSuffix(cause, " is") || strings.HasSuffix(cause, " are")) {
					check(file, cause+" not accepted")
				}
			}
		}
	}
	for _, step := range []string{"Restart sekisho (pid %d); until then it uses the old authority.", "Take away the trust in the old one:  %s", "Trust the new one:  %s", "Do the same on every other computer and phone that trusted the old one."} {
		check("carotate.go", "  %d. "+step)
	}
	for _, what := range []string{"trusted already", "trusted now", "was not trusted", "no longer trusted", "no longer trusted (%d certificates)", "failed: %s"} {
		check("catrust.go", what)
	}
	for _, text := range append(saidIn(t, "../../certs/truststore/nss_linux.go", "problem"), saidIn(t, "../../certs/truststore/system.go", "problem")...) {
		if strings.HasPrefix(text, "cannot be ") {
			text += ": %v" // always with what a command said
		}
		check("truststore", text)
	}
	if said < 90 {
		t.Errorf("%d texts; they are said in another way", said)
	}
	if got := e.told("an error of another"); got != "an error of another" {
		t.Errorf("what nobody translated is told as %q", got)
	}
	if got := (&env{words: english}).told("the two passwords differ"); got != "the two passwords differ" {
		t.Errorf("in English: %q", got)
	}
}
