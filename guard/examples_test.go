package guard_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestDocsExamples holds the examples of docs/credentials.md to what is done with them: ID
// stands for a protected one.
func TestDocsExamples(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../docs/credentials.md")
	if err != nil {
		t.Fatal(err)
	}
	said := func(example string) {
		if !strings.Contains(string(docs), strings.ReplaceAll(example, "|", `\|`)) {
			t.Errorf("docs/credentials.md does not have %q", example)
		}
	}
	send := func(example, id string) request {
		q := request{headers: form, body: strings.NewReplacer("taro@example.jp", url.QueryEscape(id), "ID", url.QueryEscape(id), "#", "%23").Replace(example)}
		if strings.HasPrefix(example, "{") {
			q = request{headers: "application/json", body: strings.Replace(example, "ID", `"`+id+`"`, 1)}
		}
		return q
	}
	const byName = guard.TrySaid + 1
	for _, c := range []struct {
		example, candidate string
		try                uint64 // byName: any number of a name
		hints              guard.Hints
	}{
		{"u=ID&k=hunter2", "hunter2", guard.TrySaid, guard.Hints{}},
		{"m=ID&hunter2", "hunter2", guard.TryLone, guard.Hints{}},
		{"taro@example.jp|hunter2", "hunter2", guard.TryLone, guard.Hints{}},
		{"taro@example.jp=hunter2", "hunter2", guard.TryLone, guard.Hints{}},
		{"m=ID&x=tanuki-7&a=1&b=2&c=3", "tanuki-7", byName, guard.Hints{}},
		{"k=Tanuki!7", "Tanuki!7", guard.TryLone, guard.Hints{Follows: true}},
		{"k=hunter2", "hunter2", guard.TrySaid, guard.Hints{Follows: true}},
		{`{"u":ID,"x":"tanuki"}`, "tanuki", guard.TryLone, guard.Hints{}},
		{`{"u":ID,"q":"Tanuki!7"}`, "Tanuki!7", guard.TryLone, guard.Hints{}},
		{`{"u":ID,"tab":"orders-7"}`, "orders-7", guard.TrySaid, guard.Hints{}},
	} {
		said(c.example)
		c.hints.Known, c.hints.Thorough = known, true
		f := send(c.example, typedID).inspect(t, c.hints)
		i := slices.Index(texts(f.Passwords), c.candidate)
		if i < 0 || min(f.Tries[i], byName) != c.try {
			t.Errorf("%s: %q, tries %d; want %q, %d", c.example, texts(f.Passwords), f.Tries, c.candidate, c.try)
		}
	}
	for example, want := range map[string]bool{
		"k=482915": true, "x=k=482915": true, `{"score":482915}`: true, "product=482915&quantity=1": false, "a=482&b=915": true,
	} {
		said(example)
		f := send(example, typedID).inspect(t, guard.Hints{AfterCopy: true, Thorough: true})
		if got := f.Act == guard.Code; got != want {
			t.Errorf("%s after a copy: a code: %v; want %v", example, got, want)
		}
	}
}
