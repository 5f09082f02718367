package dossier

import (
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table into docs/judging.md")

// strength orders what rows ask for.
func strength(r *row) int {
	s := 2 * int(r.do)
	if r.severity == red {
		s++
	}
	return s
}

// acts are the single acts.
var acts = []act{navigate, page, script, submit}

// TestTableOrder holds the table to the order that makes more evidence never
// soften a judgement.
func TestTableOrder(t *testing.T) {
	t.Parallel()
	if first := table[0]; first.with != genuine || first.without != 0 || first.acts != anyAct || first.do != Pass {
		t.Errorf("the first row is %+v; want genuine Amazon to pass", first)
	}
	if last := table[len(table)-1]; last.with|last.without != 0 || last.acts != anyAct || last.do != Pass {
		t.Errorf("the last row is %+v; want one that matches everything", last)
	}
	for i := 1; i < len(table); i++ {
		r := &table[i]
		if r.with&softening != 0 {
			t.Errorf("row %d asks for %s, which speaks for the site", i+1, listed(r.with&softening, ", "))
		}
		if hard := r.without &^ softening; hard != 0 {
			t.Errorf("row %d excepts %s, which speaks against the site", i+1, listed(hard, ", "))
		}
		if i > 1 && strength(r) > strength(&table[i-1]) {
			t.Errorf("row %d is stricter than the row above", i+1)
		}
		if r.do != Pass && (r.technique == "" || r.detail == "" || r.severity != red && r.severity != amber) {
			t.Errorf("row %d does not say what it is: %+v", i+1, *r)
		}
		if (r.do == Hold) != (r.severity == red) {
			t.Errorf("row %d: %s %s; what is red is held, and only that", i+1, r.do, r.severity)
		}
	}
}

// TestTableReached shows that no row is hidden by those above it.
func TestTableReached(t *testing.T) {
	t.Parallel()
	for i := range table {
		r := &table[i]
		for _, a := range acts {
			if r.acts&a != 0 && decide(a, r.with) != r {
				t.Errorf("row %d is never reached in act %s by its own evidence", i+1, a)
			}
		}
	}
}

// TestMonotone adds evidence to random sets: against a site it never softens
// the judgement, for a site it never hardens it.
func TestMonotone(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		// Sparse and dense sets alike: most rows need few pieces.
		e := evidence(random.Uint64()) & (endOfEvidence - 1) &^ genuine
		for range random.IntN(4) {
			e &= evidence(random.Uint64())
		}
		for _, a := range acts {
			before := decide(a, e)
			for x := range (endOfEvidence - 1).pieces() {
				after := decide(a, e|x)
				if x&softening == 0 && strength(after) < strength(before) {
					t.Fatalf("%s with %q softens %q from %s to %s", a, wording[x], listed(e, ", "), before.detail, after.detail)
				}
				if x&softening != 0 && strength(after) > strength(before) {
					t.Fatalf("%s with %q hardens %q from %s to %s", a, wording[x], listed(e, ", "), before.detail, after.detail)
				}
			}
			if r := decide(a, e|genuine); r.do != Pass {
				t.Fatalf("genuine Amazon is judged by %q with %q", r.detail, listed(e, ", "))
			}
		}
	}
}

func TestWording(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for x := range (endOfEvidence - 1).pieces() {
		if wording[x] == "" || used[wording[x]] {
			t.Errorf("piece %b has the wording %q, which is empty or another's", x, wording[x])
		}
		used[wording[x]] = true
		if !slices.ContainsFunc(table, func(r row) bool { return (r.with|r.without)&x != 0 }) {
			t.Errorf("%q decides nothing", wording[x])
		}
	}
	if len(wording) != len(used) {
		t.Errorf("%d wordings for %d pieces", len(wording), len(used))
	}
}

// TestDocumented holds docs/judging.md equal to the table.
// -update writes the table into it.
func TestDocumented(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../docs/judging.md", "<!-- table: written by dossier -->\n\n", "\n<!-- end of table -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	shown, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s does not mark where the table stands", file)
	}
	if shown == markdown() {
		return
	}
	if !*update {
		t.Fatalf("%s does not show the table as it is; run the test with -update", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+markdown()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
