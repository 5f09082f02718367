package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/rules/lookalike"
)

// sample writes a tiny corpus: misspellings made by rule, and ordinary names.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var p strings.Builder
	p.WriteString("host\tdate\tbucket\n")
	for i := range 300 {
		form := []string{"amazon-login", "amozon", "amaz0n-co-jp", "amazno.co.jp", "arnazon-account", "www.amaezon"}[i%6]
		fmt.Fprintf(&p, "%s.q%dw.cn\t20%02d-03-01\ta_near\n", form, i, 19+i%4)
	}
	p.WriteString("unrelated.example\t2021-01-01\tb_random\nnot a name\t2021-01-01\ta_near\n")
	var n bytes.Buffer
	z := gzip.NewWriter(&n)
	for i := range 1000 {
		word := []string{"amano", "game-zone", "mason", "horizon", "shop", "amazonas", "cdn", "mazon", "aman", "zonam"}[i%10]
		if _, err := fmt.Fprintf(z, "%s%d.example.com\n%s-%d.co.jp\n", word, i, word, i); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"positive.tsv": []byte(p.String()), "negative.txt.gz": n.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The same names give the same weights, tables and plot, byte by byte, and
// weights that work.
func TestDeterministic(t *testing.T) {
	shipped := forest
	forest.trees = 12 // enough to differ
	t.Cleanup(func() { forest = shipped })
	corpus := sample(t)
	var files [2]map[string][]byte
	for k := range files {
		out := t.TempDir()
		doc := filepath.Join(out, "lookalike.md")
		if err := os.WriteFile(doc, []byte("before\n"+beginMark+"old\n"+endMark+"after\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(io.Discard, corpus, filepath.Join(out, "weights.bin"), out); err != nil {
			t.Fatal(err)
		}
		files[k] = map[string][]byte{}
		for _, name := range []string{"weights.bin", "lookalike.md", "lookalike.svg"} {
			data, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			files[k][name] = data
		}
	}
	for name, data := range files[0] {
		if !bytes.Equal(data, files[1][name]) {
			t.Errorf("%s is not the same twice", name)
		}
	}
	if doc := string(files[0]["lookalike.md"]); !strings.HasPrefix(doc, "before\n") || !strings.HasSuffix(doc, "after\n") || strings.Contains(doc, "old\n") {
		t.Errorf("the document is %q", doc)
	}
	m := new(lookalike.Model)
	if err := m.UnmarshalBinary(files[0]["weights.bin"]); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host  string
		found bool
	}{{"amozon-account.new.cn", true}, {"mason-7.co.jp", false}} {
		e, err := newExample(tt.host)
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := m.Match(e.name, ""); ok != tt.found {
			t.Errorf("%s: %+v", tt.host, f)
		}
	}
}

// What is made up is the same every time, and what is tested with shares no
// spelling with what is learned from.
func TestGenerate(t *testing.T) {
	t.Parallel()
	train, test := generate(500)
	again, _ := generate(500)
	if len(train)+len(test) != 500 || len(again) != len(train) || len(test) < 50 {
		t.Fatalf("%d to learn from, then %d; %d to test with", len(train), len(again), len(test))
	}
	learned := map[string]bool{}
	for i, e := range train {
		learned[e.group] = true
		if again[i].name != e.name {
			t.Fatalf("name %d is %s, then %s", i, e.name, again[i].name)
		}
	}
	for _, e := range test {
		if learned[e.group] {
			t.Errorf("%s shares its spelling with what is learned from", e.name)
		}
	}
}

// An alignment walks the way whose worth lookalike finds.
func TestAlign(t *testing.T) {
	t.Parallel()
	c := firstCounts().costs(symbolsOf(nil))
	for label, want := range map[string]string{
		"amazon": "wwwwww", "login-amazon": "wwwwww", "amaozn": "wwwsw", "amzon": "wwdwww", "amaazon": "", "unrelated": "",
	} {
		var got []byte
		for _, s := range align(&c, label) {
			got = append([]byte{s.kind}, got...)
		}
		if want == "" && label == "amaazon" {
			if n := bytes.Count(got, []byte("i")); n != 1 {
				t.Errorf("%s: %s; want one insertion", label, got)
			}
			continue
		}
		if string(got) != want {
			t.Errorf("%s: %s; want %s", label, got, want)
		}
	}
}

func TestThreshold(t *testing.T) {
	t.Parallel()
	var all []outcome
	for i := range 100_000 { // exponential: every 1000 makes them rarer by e
		all = append(all, outcome{example: &example{}, block: int32(1000 * math.Log(100_000/(float64(i)+0.5)))})
	}
	got := threshold(all, blockSum, 100) // ten names
	if want := int32(1000 * math.Log(100_000/10)); got < want-300 || got > want+300 {
		t.Errorf("threshold %d; want about %d", got, want)
	}
	if got := threshold(all[:10], blockSum, 100); got != surely {
		t.Errorf("of ten names: %d; want none to be met", got)
	}
}

func TestReadCorpusErrors(t *testing.T) {
	t.Parallel()
	dir := sample(t)
	if _, err := readCorpus(filepath.Join(dir, "absent")); !os.IsNotExist(err) {
		t.Errorf("an absent folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "positive.tsv"), []byte("a.example\tb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readCorpus(dir); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a line without columns: %v", err)
	}
}
