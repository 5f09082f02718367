package journal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sekisho/metrics"
)

// TestCountedTechniques holds the closed set to the techniques that the packages
// name: those in constants called technique…, in dossier's list of them, and in
// the table of lookalikes.
func TestCountedTechniques(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	nested, _ := filepath.Glob("../*/*/*.go")
	found := map[string]string{}
	for _, name := range slices.Concat(files, nested) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				listed := n.Tok == token.CONST && strings.HasPrefix(n.Doc.Text(), "The techniques")
				for _, spec := range n.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && n.Tok == token.CONST {
						take(found, name, v, listed)
					}
				}
			case *ast.KeyValueExpr: // {name: "edit", …} of rules/lookalike
				key, ok := n.Key.(*ast.Ident)
				if lit, is := n.Value.(*ast.BasicLit); ok && is && (key.Name == "Technique" || key.Name == "name" && strings.HasSuffix(name, "/lookalike.go")) {
					found[unquote(lit)] = name
				}
			}
			return true
		})
	}
	delete(found, "sink-gap") // is in no journal
	if len(found) < 20 {
		t.Fatalf("found only %d techniques: %v", len(found), found)
	}
	for technique, where := range found {
		if !slices.Contains(countedTechniques, technique) {
			t.Errorf("%s has the technique %q, which countedTechniques lacks", where, technique)
		}
	}
	for _, technique := range countedTechniques {
		if found[technique] == "" && technique != "none" && technique != "other" {
			t.Errorf("countedTechniques has %q, which nobody names", technique)
		}
	}
}

func take(found map[string]string, file string, v *ast.ValueSpec, listed bool) {
	for i, name := range v.Names {
		technique, certificate := strings.HasPrefix(strings.ToLower(name.Name), "technique"), strings.HasPrefix(name.Name, "CodeTLS")
		if !listed && !technique && !certificate || i >= len(v.Values) {
			continue
		}
		if lit, ok := v.Values[i].(*ast.BasicLit); ok && (listed || technique || strings.HasPrefix(unquote(lit), CertificateRefused)) {
			found[unquote(lit)] = file
		}
	}
}

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return lit.Value
	}
	return s
}

// TestCountsClosed shows that no text of an event becomes a label.
func TestCountsClosed(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	j, err := Open(place(t), Options{Metrics: r})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		s := "canary" + strconv.Itoa(i)
		if _, err := j.Record(t.Context(), Event{Door: s, Action: s, Severity: s, Ground: s, Technique: s, Host: s, Client: s, Account: s, Detail: s}); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Contains(text, "canary") {
		t.Error("the text of an event is in the figures")
	}
	for _, line := range []string{
		`sekisho_events_total{door="other",action="other",severity="other",ground="other"} 300`,
		`sekisho_event_techniques_total{technique="other"} 300`,
		`sekisho_danger_events_total 0`, `sekisho_journal_last_id 300`, `sekisho_journal_written_events_total 300`, `sekisho_journal_lost_events_total 0`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
}

// TestCountsDangers: a red event counts when it is stopped, and not when it is an exercise.
func TestCountsDangers(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	j, err := Open(place(t), Options{Metrics: r})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Event{
		{Action: ActionBlock, Severity: SeverityRed},
		{Action: ActionHold, Severity: SeverityRed},
		{Action: ActionBlock, Severity: SeverityRed, Ground: GroundDrill},
		{Action: ActionRelease, Severity: SeverityRed},
		{Action: ActionWarn, Severity: SeverityAmber},
	} {
		if _, err := j.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\nsekisho_danger_events_total 2\n") {
		t.Error("other events than the two dangers were counted")
	}
}
