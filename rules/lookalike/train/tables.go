package main

import (
	"fmt"
	"os"
	"strings"

	"sekisho/rules/lookalike"
)

// describe writes the tables: held by cross-validation with the thresholds of
// m, each of years by the years before, and the made-up names by m.
func describe(m *lookalike.Model, held []outcome, years []foretold, unseen []outcome, ways []way) *report {
	r := new(report)
	last := years[len(years)-1]
	past, future, known := last.model, last.names, last.known
	r.printf("### Each year, by what was known before\n\n")
	r.printf("Learned, and the thresholds chosen, from the years before and half of the ordinary names; no registrable domain is in both parts.\n\n")
	r.years(years)
	r.recalls("names of "+lastYear, future, past, bucketOf, together)
	r.recalls("spelling of the brand", future, past, func(e *example) string {
		switch t := spelling(past, e); {
		case together(e) == "":
			return ""
		case t == lookalike.Brand:
			return "in its own letters"
		case known[t]:
			return "seen in the years before"
		}
		return "never seen"
	})
	r.offenders(future, past)

	r.printf("### All years, cross-validated\n\n")
	r.printf("Each name is judged by a model that saw neither its registrable domain nor its spelling of the brand, with the thresholds that are shipped.\n\n")
	r.recalls("bucket", held, m, bucketOf, together)
	r.recalls("year", held, m, yearOf)
	r.offenders(held, m)

	r.printf("### The parts of the score\n\n")
	r.ways(ways)
	r.printf("### Calibration\n\n")
	r.printf("Names that are looked at at all, cross-validated.\n\n")
	r.calibration(held)

	r.printf("### Seller Central, made-up names\n\n")
	r.printf("Spellings that were not learned from. This says that the rules do what they were made to do, not what attackers do.\n\n")
	r.recalls("names", unseen, m, func(*example) string { return "made up" })
	return r
}

// The marks between which the tables stand in the document.
const (
	beginMark = "<!-- measured: written by rules/lookalike/train -->\n"
	endMark   = "<!-- /measured -->\n"
)

// insert puts the tables into the document, in the place of those before.
func insert(path, tables string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), beginMark)
	_, after, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return fmt.Errorf("%q has no place for the tables: it lacks %q or %q", path, beginMark, endMark)
	}
	return os.WriteFile(path, []byte(before+beginMark+"\n"+tables+endMark+after), 0o644)
}
