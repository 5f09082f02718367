package main

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"sekisho/rules/lookalike"
)

// outerFolds is how many parts the examples are cut into to choose thresholds.
const outerFolds = 5

// validate returns the outcome of every example by a model learned from the
// folds that its group is not in.
func validate(examples []*example, s shape) []outcome {
	all := make([]outcome, len(examples))
	var wg sync.WaitGroup
	turns := make(chan struct{}, min(2, runtime.GOMAXPROCS(0)))
	for k := range outerFolds {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			var rest []*example
			for _, e := range examples {
				if foldOf(e.group, "outer", outerFolds) != k {
					rest = append(rest, e)
				}
			}
			m := fit(rest, s)
			for i, e := range examples {
				if foldOf(e.group, "outer", outerFolds) == k {
					all[i] = judge(m, e)
				}
			}
			progress("fold %d of %d", k+1, outerFolds)
		})
	}
	wg.Wait()
	return all
}

// The false positives allowed in a million, and the parts of them that the
// thresholds make use of: names that are really new are judged a little worse
// than those held back here.
const (
	blocksPerMillion = 10
	warnsPerMillion  = 50
	blockMargin      = 0.8
	warnMargin       = 0.6
)

// tail is how many of the worst ordinary names a threshold is taken from.
const tail = 24

// threshold returns the sum that perMillion of the ordinary names among all
// can be expected to meet. Half a million names hold three that may, too few
// to count; what lies above the worst two dozen falls off exponentially, and
// that curve is taken instead (Pickands, "Statistical inference using extreme
// order statistics", Annals of Statistics 3, 1975).
func threshold(all []outcome, sum func(outcome) int32, perMillion float64) int32 {
	worst := negatives(all, sum)
	allowed := perMillion * float64(len(worst)) / 1e6
	sure := 0
	for sure < len(worst) && sum(worst[sure]) == surely {
		sure++
	}
	worst = worst[sure:]
	allowed -= float64(sure)
	n := max(tail, int(allowed))
	if allowed <= 0 || n >= len(worst) || sum(worst[n]) == never {
		return surely
	}
	least, excess := sum(worst[n]), 0.0
	for _, o := range worst[:n] {
		excess += float64(sum(o)-least) / float64(n)
	}
	return least + 1 + int32(excess*math.Log(float64(n)/allowed))
}

// negatives returns the ordinary names among all, the worst first.
func negatives(all []outcome, sum func(outcome) int32) []outcome {
	var worst []outcome
	for _, o := range all {
		if !o.positive {
			worst = append(worst, o)
		}
	}
	slices.SortStableFunc(worst, func(a, b outcome) int { return cmp.Compare(sum(b), sum(a)) })
	return worst
}

// setThresholds chooses the thresholds of m by outcomes of names held back.
func setThresholds(m *lookalike.Model, all []outcome) {
	m.Block = threshold(all, blockSum, blocksPerMillion*blockMargin)
	m.Warn = min(threshold(all, warnSum, warnsPerMillion*warnMargin), m.Block-1)
	progress("thresholds: block at %d, warn at %d", m.Block, m.Warn)
}

func blockSum(o outcome) int32 { return o.block }
func warnSum(o outcome) int32  { return o.warn }

// split parts examples by time: what was seen before year, with one half of
// the ordinary names, from what was seen in it, with the other half. What
// shares a registrable domain with the first part is left out of the second.
func split(examples []*example, year string) (before, in []*example) {
	known := map[string]bool{}
	for _, e := range examples {
		if e.positive && e.year < year {
			known[e.name.Registrable()] = true
		}
	}
	for _, e := range examples {
		switch {
		case e.generated:
			before = append(before, e)
		case !e.positive && foldOf(e.group, "time", 2) == 0, e.positive && e.year < year:
			before = append(before, e)
		case !e.positive, e.year == year && !known[e.name.Registrable()]:
			in = append(in, e)
		}
	}
	return before, in
}
