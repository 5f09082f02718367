package main

import (
	"math"
	"slices"
	"strings"

	"sekisho/rules/lookalike"
)

// learnCosts learns how imitators write the brand, by aligning every distinct
// label of the imitations with it, counting what happened in the best
// alignment, and starting over with the costs that follow from the counts
// (expectation maximisation on the best path only).
func learnCosts(positives, negatives []*example) lookalike.Costs {
	background := symbolsOf(negatives)
	counts := firstCounts()
	c := counts.costs(background)
	labels := brandLabels(positives)
	for range 6 {
		counts = firstCounts()
		for _, l := range labels {
			counts.add(align(&c, l))
		}
		c = counts.costs(background)
	}
	return c
}

// brandLabels returns the label of every imitation that may hold the brand:
// each once, since a campaign repeats its own.
func brandLabels(positives []*example) []string {
	var all []string
	for _, e := range positives {
		if !e.imitates() {
			continue
		}
		all = append(all, strings.Split(e.name.String(), ".")...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(l string) bool { return strings.HasPrefix(l, "xn--") || len(l) < 4 })
}

// symbolsOf returns how often each symbol occurs in the registrable domains
// of examples, as a part of one.
func symbolsOf(examples []*example) (share [lookalike.Symbols]float64) {
	total := 0.0
	for i := range share {
		share[i], total = 1, total+1
	}
	for _, e := range examples {
		label, _, _ := strings.Cut(e.name.Registrable(), ".")
		for i := range len(label) {
			share[lookalike.Symbol(label[i])]++
			total++
		}
	}
	for i := range share {
		share[i] /= total
	}
	return share
}

// counts is how often each way to write the brand was seen.
type counts struct {
	written  [lookalike.BrandLength][lookalike.Symbols]float64
	inserted [lookalike.Symbols]float64
	dropped  [lookalike.BrandLength]float64
	swapped  [lookalike.BrandLength - 1]float64
}

// firstCounts is what is believed before anything is seen: most letters are
// kept, and any other is possible.
func firstCounts() *counts {
	c := new(counts)
	for i := range c.written {
		for k := range c.written[i] {
			c.written[i][k] = 0.5
		}
		c.written[i][lookalike.Symbol(lookalike.Brand[i])] = 80
		c.dropped[i] = 4
	}
	for k := range c.inserted {
		c.inserted[k] = 0.7
	}
	for i := range c.swapped {
		c.swapped[i] = 2
	}
	return c
}

// costs turns counts into logarithms of odds against chance.
func (c *counts) costs(background [lookalike.Symbols]float64) lookalike.Costs {
	var out lookalike.Costs
	total := 0.0 // chances to insert: one for every letter seen
	for i := range c.written {
		sum := c.dropped[i]
		for _, n := range c.written[i] {
			sum += n
		}
		total += sum
		for k, n := range c.written[i] {
			out.Written[i][k] = logOdds(n/sum, background[k])
		}
		out.Dropped[i] = logOdds(c.dropped[i]/sum, 1)
		if i < len(c.swapped) {
			a, b := lookalike.Symbol(lookalike.Brand[i]), lookalike.Symbol(lookalike.Brand[i+1])
			out.Swapped[i] = logOdds(c.swapped[i]/sum, background[a]*background[b])
		}
	}
	for k, n := range c.inserted {
		out.Inserted[k] = logOdds(n/total, background[k])
	}
	// What is none of the other symbols is too rare to learn from.
	for i := range out.Written {
		out.Written[i][lookalike.Symbols-1] = slices.Min(out.Written[i][:])
	}
	out.Inserted[lookalike.Symbols-1] = slices.Min(out.Inserted[:])
	return out
}

func logOdds(p, q float64) int16 { return int16(math.Round(16 * math.Log(p/q))) }

// step is one thing that happened in an alignment: a letter of the brand
// written, dropped or swapped with the next, or a character inserted.
type step struct {
	kind   byte // 'w', 'd', 's', 'i'
	letter int
	symbol int
}

func (c *counts) add(steps []step) {
	for _, s := range steps {
		switch s.kind {
		case 'w':
			c.written[s.letter][s.symbol]++
		case 'd':
			c.dropped[s.letter]++
		case 's':
			c.swapped[s.letter]++
		case 'i':
			c.inserted[s.symbol]++
		}
	}
}

// minWorth is what an alignment must be worth to be learned from, in 16ths of
// a nat: most labels of an imitation hold no brand.
const minWorth = 80

// align returns the steps of the best alignment of a piece of label with the
// brand, none if it is not worth much. It finds what lookalike finds, and
// remembers the way.
func align(c *lookalike.Costs, label string) []step {
	const m = lookalike.BrandLength
	type cell struct {
		worth int
		last  step
	}
	rows := make([][m + 1]cell, len(label)+1)
	for i := 1; i <= m; i++ {
		rows[0][i] = cell{rows[0][i-1].worth + int(c.Dropped[i-1]), step{kind: 'd', letter: i - 1}}
	}
	end := 0
	for j := 1; j <= len(label); j++ {
		k := lookalike.Symbol(label[j-1])
		for i := 1; i <= m; i++ {
			best := cell{rows[j-1][i-1].worth + int(c.Written[i-1][k]), step{'w', i - 1, k}}
			if x := rows[j-1][i].worth + int(c.Inserted[k]); i < m && x > best.worth {
				best = cell{x, step{'i', 0, k}}
			}
			if x := rows[j][i-1].worth + int(c.Dropped[i-1]); x > best.worth {
				best = cell{x, step{'d', i - 1, 0}}
			}
			if i > 1 && j > 1 && label[j-1] == lookalike.Brand[i-2] && label[j-2] == lookalike.Brand[i-1] {
				if x := rows[j-2][i-2].worth + int(c.Swapped[i-2]); x > best.worth {
					best = cell{x, step{'s', i - 2, 0}}
				}
			}
			rows[j][i] = best
		}
		if rows[j][m].worth > rows[end][m].worth {
			end = j
		}
	}
	if rows[end][m].worth < minWorth {
		return nil
	}
	return trace(end, func(j, i int) step { return rows[j][i].last })
}

// trace walks back from the end of an alignment.
func trace(j int, last func(j, i int) step) (steps []step) {
	for i := lookalike.BrandLength; i > 0; {
		s := last(j, i)
		steps = append(steps, s)
		switch s.kind {
		case 'w':
			i, j = i-1, j-1
		case 'd':
			i--
		case 's':
			i, j = i-2, j-2
		case 'i':
			j--
		}
	}
	return steps
}
