package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"sekisho/rules/lookalike"
)

// report is the tables, in Markdown.
type report struct{ strings.Builder }

func (r *report) printf(format string, args ...any) { r.WriteString(fmt.Sprintf(format, args...)) }

// count is how many of some names there are, and how many were found.
type count struct{ all, found int }

func (c count) String() string {
	if c.all == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(c.found)/float64(c.all))
}

// recall counts the imitations that reach at, by what key says of them; what
// it says nothing of is left out.
func recall(all []outcome, sum func(outcome) int32, at int32, key func(*example) string) map[string]count {
	by := map[string]count{}
	for _, o := range all {
		k := key(o.example)
		if !o.positive || k == "" {
			continue
		}
		c := by[k]
		c.all++
		if sum(o) >= at {
			c.found++
		}
		by[k] = c
	}
	return by
}

// The keys that recall is told by.
func bucketOf(e *example) string {
	if e.generated {
		return ""
	}
	return e.bucket
}

func yearOf(e *example) string {
	if e.generated || !e.imitates() {
		return ""
	}
	return e.year
}

func together(e *example) string {
	if e.generated || !e.imitates() {
		return ""
	}
	return "all `a_*` but `a_weak`"
}

// recalls prints the share of names blocked, and of those at least warned of.
func (r *report) recalls(head string, all []outcome, m *lookalike.Model, keys ...func(*example) string) {
	r.printf("| %s | names | blocked | blocked or warned of |\n|---|---:|---:|---:|\n", head)
	for _, key := range keys {
		block, warn := recall(all, blockSum, m.Block, key), recall(all, warnSum, m.Warn, key)
		for _, k := range slices.Sorted(maps.Keys(block)) {
			r.printf("| %s | %d | %s | %s |\n", k, block[k].all, block[k], warn[k])
		}
	}
	r.printf("\n")
}

// years prints a line for each year.
func (r *report) years(years []foretold) {
	r.printf("| year | names | blocked | blocked or warned of | never seen spellings | blocked | ordinary names blocked, in a million |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, y := range years {
		never := func(e *example) string {
			if together(e) == "" || y.known[spelling(y.model, e)] {
				return ""
			}
			return together(e)
		}
		falsely := 0
		worst := negatives(y.names, blockSum)
		for falsely < len(worst) && worst[falsely].block >= y.model.Block {
			falsely++
		}
		var block, warn, unseen count
		for _, c := range []struct {
			to  *count
			all map[string]count
		}{
			{&block, recall(y.names, blockSum, y.model.Block, together)},
			{&warn, recall(y.names, warnSum, y.model.Warn, together)},
			{&unseen, recall(y.names, blockSum, y.model.Block, never)},
		} {
			for _, n := range c.all {
				*c.to = n
			}
		}
		r.printf("| %s | %d | %s | %s | %d | %s | %.1f |\n", y.year, block.all, block, warn, unseen.all, unseen, float64(falsely)*1e6/float64(len(worst)))
	}
	r.printf("\n")
}

// offenders lists the ordinary names that are blocked or warned of.
func (r *report) offenders(all []outcome, m *lookalike.Model) {
	worst := negatives(all, warnSum)
	million := float64(len(worst)) / 1e6
	var blocked, warned []string
	for _, o := range worst {
		switch name := "`" + o.name.String() + "`"; {
		case o.block >= m.Block:
			blocked = append(blocked, name)
		case o.warn >= m.Warn:
			warned = append(warned, name)
		}
	}
	r.printf("Of %d ordinary names, %d are blocked (%.1f in a million) and %d more are warned of (%.1f in a million, both together).\n\n",
		len(worst), len(blocked), float64(len(blocked))/million, len(warned), float64(len(blocked)+len(warned))/million)
	var spared []string
	for _, o := range negatives(all, func(o outcome) int32 { return o.operated }) {
		if o.block < m.Block && o.operated >= m.Block {
			spared = append(spared, "`"+o.name.String()+"`")
		}
	}
	for _, l := range [...]struct {
		what  string
		names []string
	}{{"Blocked", blocked}, {"Warned of", warned}, {"Spared only because the owner of the suffix is known to name the hosts", spared}} {
		if len(l.names) > 0 {
			r.printf("%s: %s.\n\n", l.what, strings.Join(l.names, ", "))
		}
	}
}

// calibration compares what the trees say with what is so.
func (r *report) calibration(all []outcome) {
	type bin struct{ all, positive, expected float64 }
	var bins [10]bin
	for _, o := range all {
		if o.generated || o.positive && !o.imitates() || o.trees == never {
			continue
		}
		p := sigmoid(float64(o.trees) / 1024)
		b := &bins[min(9, int(p*10))]
		b.all++
		b.expected += p
		if o.positive {
			b.positive++
		}
	}
	r.printf("| score of the trees | names | mean score | imitations among them |\n|---|---:|---:|---:|\n")
	for i, b := range bins {
		if b.all > 0 {
			r.printf("| %.1f–%.1f | %.0f | %.1f %% | %.1f %% |\n", float64(i)/10, float64(i+1)/10, b.all, 100*b.expected/b.all, 100*b.positive/b.all)
		}
	}
	r.printf("\n")
}

// way is a way to rank names.
type way struct {
	name string
	sum  func(outcome) int32
	all  []outcome
}

// ways compares the halves of the score with the whole, at the same false
// positives.
func (r *report) ways(ways []way) {
	r.printf("| what judges alone | at 5 in a million | at 10 | at 50 |\n|---|---:|---:|---:|\n")
	for _, w := range ways {
		r.printf("| %s |", w.name)
		for _, n := range [...]float64{5, 10, 50} {
			for _, c := range recall(w.all, w.sum, lowest(w.all, w.sum, n), together) {
				r.printf(" %s |", c)
			}
		}
		r.printf("\n")
	}
	r.printf("\n")
}

// lowest returns the lowest sum at which no more than perMillion of the
// ordinary names are met: what a threshold could be if one knew them.
func lowest(all []outcome, sum func(outcome) int32, perMillion float64) int32 {
	worst := negatives(all, sum)
	k := int(math.Floor(perMillion * float64(len(worst)) / 1e6))
	if x := sum(worst[k]); x < surely {
		return x + 1
	}
	return surely
}
