package main

import (
	"math"
	"math/rand/v2"

	"sekisho/rules/lookalike"
)

// row is one sample with what it is.
type row struct {
	*lookalike.Sample
	positive bool
	weight   float64
	fold     int
}

// gramUnit is what one unit of a quantised weight of an n-gram is, in nats.
const gramUnit = 1.0 / 24

// learnGrams fits a logistic regression on the n-grams of rows, by stochastic
// gradient descent with a step that shrinks for what is frequent (Duchi et
// al., "Adaptive subgradient methods", JMLR 12, 2011). skip leaves out the
// rows of one fold; none is -1.
func learnGrams(rows []row, skip int) []int8 {
	w := make([]float64, lookalike.Grams)
	g := make([]float64, lookalike.Grams)
	bias := -2.0
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(rows))
	const epochs, rate, decay = 5, 0.12, 2e-4
	for range epochs {
		for _, k := range order {
			r := &rows[k]
			if r.fold == skip {
				continue
			}
			z := bias
			for _, i := range r.Grams {
				z += w[i]
			}
			e := sigmoid(z)
			if r.positive {
				e--
			}
			e *= r.weight
			bias -= float64(0.01 * e)
			for _, i := range r.Grams {
				d := e + float64(decay*w[i])
				g[i] += float64(d * d)
				w[i] -= float64(rate*d) / (math.Sqrt(g[i]) + 0.05)
			}
		}
	}
	q := make([]int8, len(w))
	for i, x := range w {
		q[i] = int8(math.Round(max(-127, min(127, x/gramUnit))))
	}
	return q
}

// fillGrams writes the sums of the n-grams into the features of rows, by
// weights learned without the fold that a row is in, so that the trees see
// what such sums are worth on names that are new.
func fillGrams(rows []row, folds int) {
	for k := range folds {
		w := learnGrams(rows, k)
		for _, r := range rows {
			if r.fold == k {
				r.Features[lookalike.FeatureGrams] = sumGrams(w, r.Grams)
			}
		}
	}
}

func sumGrams(w []int8, grams []uint32) int16 {
	sum := 0
	for _, i := range grams {
		sum += int(w[i])
	}
	return int16(max(-32000, min(32000, sum)))
}

// sigmoid is the logistic function from a table, the same on every machine.
func sigmoid(z float64) float64 {
	const step, limit = 1.0 / 64, 20
	i := int(math.Round((max(-limit, min(limit, z)) + limit) / step))
	return sigmoids[i]
}

var sigmoids = func() (t [2*20*64 + 1]float64) {
	const precise = 1 << 40 // to which the last bits of exp do not reach
	for i := range t {
		t[i] = math.Round(precise/(1+math.Exp(-(float64(i)/64-20)))) / precise
	}
	return t
}()
