package main

import (
	"hash/fnv"
	"math"
	"slices"

	"sekisho/rules/lookalike"
)

// innerFolds is how many parts the rows are cut into to learn the n-grams for
// the trees.
const innerFolds = 4

// fit learns everything but the thresholds from examples.
func fit(examples []*example, s shape) *lookalike.Model {
	m := scout(examples)
	var rows []row
	for _, e := range examples {
		rows = append(rows, e.rows(m, innerFolds, "inner")...)
	}
	fillGrams(rows, innerFolds)
	m.Grams = learnGrams(rows, -1)
	m.Forest = grow(rows, s)
	return m
}

// scout returns a model that has all that is needed to take samples.
func scout(examples []*example) *lookalike.Model {
	var positives, negatives []*example
	for _, e := range examples {
		switch {
		case e.imitates() && !e.generated:
			positives = append(positives, e)
		case !e.positive:
			negatives = append(negatives, e)
		}
	}
	return &lookalike.Model{
		Costs: learnCosts(positives, negatives),
		Pairs: learnPairs(negatives),
		Grams: make([]int8, lookalike.Grams),
		Floor: floor,
	}
}

// floor is what a piece of a label must be worth to be looked at, in 16ths of
// a nat. Lower, and ordinary names cost more time; higher, and imitations go
// unseen.
const floor = 20

// learnPairs returns how unusual each pair of neighbouring characters is in
// the registrable labels of ordinary names, in eighths of a bit.
func learnPairs(negatives []*example) (pairs [lookalike.Symbols][lookalike.Symbols]uint8) {
	var n [lookalike.Symbols][lookalike.Symbols]float64
	const edge = lookalike.Symbols - 1
	for _, e := range negatives {
		last := edge
		for _, c := range []byte(ownLabel(e)) {
			k := lookalike.Symbol(c)
			n[last][k]++
			last = k
		}
		n[last][edge]++
	}
	for i := range n {
		total := 0.0
		for _, x := range n[i] {
			total += x + 1
		}
		for k, x := range n[i] {
			pairs[i][k] = uint8(min(255, math.Round(8*math.Log2(total/(x+1)))))
		}
	}
	return pairs
}

func ownLabel(e *example) string {
	own, suffix := e.name.Registrable(), e.name.PublicSuffix()
	return own[:max(0, len(own)-len(suffix)-1)]
}

// rows returns the samples of e to learn from: of an ordinary name all of
// them, of an imitation those that hold what gives it away.
func (e *example) rows(m *lookalike.Model, folds int, salt string) (rows []row) {
	if e.positive && !e.imitates() {
		return nil
	}
	samples := slices.DeleteFunc(m.Samples(e.name, ""), func(s lookalike.Sample) bool { return s.Operated && s.Least == 2 })
	if e.positive && len(samples) > 0 {
		last := samples[len(samples)-1].Window
		first := slices.IndexFunc(samples, func(s lookalike.Sample) bool { return s.Window == last })
		samples = samples[first:]
	}
	for i := range samples {
		rows = append(rows, row{
			Sample: &samples[i], positive: e.positive, fold: foldOf(e.group, salt, folds),
			weight: e.weight / float64(len(samples)),
		})
	}
	if !e.positive {
		for i := range rows {
			rows[i].weight = e.weight
		}
	}
	return rows
}

// foldOf puts every group into one of folds.
func foldOf(group, salt string, folds int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(salt + "\n" + group)) // never fails
	return int(h.Sum64() >> 20 % uint64(folds))
}

// outcome is what a model says of a name: the highest sum of its trees, as far
// as blocks and as far as warnings are concerned, and what its halves say
// alone.
type outcome struct {
	*example
	block, warn               int32
	grams, techniques, window int32
	operated                  int32 // block, if nobody knew whose suffix it is below
	trees                     int32 // the highest sum, whatever else is known
}

// judge returns the outcome of e by m.
func judge(m *lookalike.Model, e *example) outcome {
	o := outcome{e, never, never, never, never, never, never, never}
	for _, s := range m.Samples(e.name, "") {
		x := m.Forest.Sum(&s.Features)
		block, warn := bounded(x, s, 2), bounded(x, s, 1)
		o.operated = max(o.operated, block)
		if s.Operated {
			continue
		}
		o.warn, o.block = max(o.warn, warn), max(o.block, block)
		o.trees = max(o.trees, x)
		o.grams = max(o.grams, int32(s.Features[lookalike.FeatureGrams]))
		o.techniques = max(o.techniques, int32(s.Features[lookalike.FeaturePoints]))
		o.window = max(o.window, int32(s.Features[lookalike.FeatureWorth]))
	}
	return o
}

// bounded returns x, if it is for the trees to say whether s comes to grade.
func bounded(x int32, s lookalike.Sample, grade int) int32 {
	switch {
	case s.Least >= grade:
		return surely
	case s.Most < grade:
		return never
	}
	return x
}

func judgeAll(m *lookalike.Model, examples []*example) []outcome {
	all := make([]outcome, len(examples))
	for i, e := range examples {
		all[i] = judge(m, e)
	}
	return all
}

// The sums of what is not looked at, and of what needs no trees.
const (
	never  = math.MinInt32
	surely = math.MaxInt32
)
