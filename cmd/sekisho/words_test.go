package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// TestSaidAlike: what doctor says in both languages tells of the same things, in the
// same order, and of as many as there are.
func TestSaidAlike(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%[+#]?[a-zA-Z]`)
	said := 0
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			en, ja := literal(call.Args[0]), literal(call.Args[1])
			if s, ok := call.Fun.(*ast.SelectorExpr); !ok || s.Sel.Name != "say" || en == "" || ja == "" {
				return true
			}
			said++
			first, second := verb.FindAllString(en, -1), verb.FindAllString(ja, -1)
			if !slices.Equal(first, second) || len(first) != len(call.Args)-2 {
				t.Errorf("%s: %q and %q with %d values", name, en, ja, len(call.Args)-2)
			}
			return true
		})
	}
	if said < 80 {
		t.Errorf("%d texts; they are said in another way", said)
	}
}

// literal is the text of a string literal, or "".
func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(l.Value)
	if err != nil {
		return ""
	}
	return text
}
