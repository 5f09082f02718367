// Command train learns the weights behind
// [sekisho/rules/lookalike.Match] from names of which it is known what they
// are, and measures what was learned:
//
//	go run ./rules/lookalike/train -corpus DIR
//
// DIR holds positive.tsv (host, date first seen, bucket; a header line) and
// negative.txt.gz (one ordinary host a line). The data stays where it is; the
// weights, the tables of docs/lookalike.md and its plot are written. The same
// data gives the same files.
//
// It goes through the data three times. Cut into five by group, each part is
// judged by a model that has not seen it, and the thresholds are chosen on the
// outcome. Cut by time, the last year is judged by a model that knows the
// years before, which is the figure to believe. Last, the model to ship is
// learned from everything.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"sekisho/rules/lookalike"
)

// forest was chosen by cross-validation; none of the values matters much.
var forest = shape{trees: 200, depth: 5, rate: 0.06, ridge: 4, leaf: 2, columns: 0.35, seed: 1}

// made is how many names of Seller Central are made up, lastYear what the
// split by time is judged by.
const (
	made     = 4000
	lastYear = "2022"
)

var start = time.Now()

// progress tells how far the program is.
func progress(format string, args ...any) {
	log.Printf("%5.1f s  %s", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
}

func main() {
	log.SetFlags(0)
	corpus := flag.String("corpus", "", "folder that holds positive.tsv and negative.txt.gz")
	out := flag.String("out", "rules/lookalike/weights.bin", "weights file to write; empty: none")
	docs := flag.String("docs", "docs", "folder with lookalike.md, whose tables and plot are written; empty: none")
	flag.Parse()
	if err := run(os.Stdout, *corpus, *out, *docs); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, corpus, out, docs string) error {
	if corpus == "" {
		return errors.New("train: -corpus names no folder")
	}
	examples, err := readCorpus(corpus)
	if err != nil {
		return err
	}
	sellers, unseen := generate(made)
	examples = append(examples, sellers...)
	groupUp(examples, scout(examples))
	progress("%d names read", len(examples))
	m, r, ways := learn(examples, unseen)
	if _, err := io.WriteString(w, r.String()); err != nil {
		return err
	}
	if out != "" {
		data, err := m.MarshalBinary()
		if err != nil {
			return err
		}
		if err := os.WriteFile(out, data, 0o644); err != nil {
			return err
		}
		progress("%d bytes of weights in %s", len(data), out)
	}
	if docs == "" {
		return nil
	}
	if err := os.WriteFile(filepath.Join(docs, "lookalike.svg"), []byte(plot(ways)), 0o644); err != nil {
		return err
	}
	return insert(filepath.Join(docs, "lookalike.md"), r.String())
}

// learn returns the model to ship, what is to be said of it, and the lines of
// the plot.
func learn(examples, unseen []*example) (*lookalike.Model, *report, []way) {
	held := validate(examples, forest)
	m := fit(examples, forest)
	setThresholds(m, held)

	var years []foretold
	for _, year := range []string{"2020", "2021", lastYear} {
		before, in := split(examples, year)
		past := fit(before, forest)
		setThresholds(past, validate(before, forest))
		years = append(years, foretold{year, past, judgeAll(past, in), spellings(past, before)})
		progress("%s foretold", year)
	}
	future := years[len(years)-1].names

	ways := []way{
		{"the score, cross-validated", blockSum, held},
		{"the score, " + lastYear + " by the years before", blockSum, future},
		{"n-grams, the same", func(o outcome) int32 { return o.grams }, future},
		{"weighted alignment, the same", func(o outcome) int32 { return o.window }, future},
		{"techniques, the same", func(o outcome) int32 { return o.techniques }, future},
	}
	return m, describe(m, held, years, judgeAll(m, unseen), ways), ways
}

// foretold is the names of a year, judged by a model of the years before.
type foretold struct {
	year  string
	model *lookalike.Model
	names []outcome
	known map[string]bool // spellings of the brand in the years before
}

// spellings returns how the imitations among examples write the brand.
func spellings(m *lookalike.Model, examples []*example) map[string]bool {
	known := map[string]bool{lookalike.Brand: true}
	for _, e := range examples {
		if e.imitates() && !e.generated {
			known[spelling(m, e)] = true
		}
	}
	return known
}
