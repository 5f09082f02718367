package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"sekisho/rules/lookalike"
)

// shape is how a forest is grown. The values were chosen by cross-validation.
type shape struct {
	trees, depth int
	rate         float64 // how far each tree goes
	ridge        float64 // what a leaf must overcome
	leaf         float64 // the least weight of a leaf
	seed         int
	columns      float64 // the part of the features that a tree may ask about
}

// bins is how many values of a feature are told apart.
const bins = 64

// grower grows trees over binned features.
type grower struct {
	shape
	cuts    [lookalike.FeatureCount][]int16 // upper ends of the bins
	binned  [][lookalike.FeatureCount]uint8
	grad    []float64
	hess    []float64
	sum     []float64 // of the trees so far
	forest  lookalike.Forest
	pending []int32                      // rows, parted by leaf
	barred  [lookalike.FeatureCount]bool // features that the present tree does without
}

// grow fits a forest to rows by gradient boosting of the logistic loss. Leaves
// hold 1024ths; the sum begins at zero, so that the first tree says how rare
// imitations are.
func grow(rows []row, s shape) lookalike.Forest {
	g := &grower{
		shape: s, binned: make([][lookalike.FeatureCount]uint8, len(rows)),
		grad: make([]float64, len(rows)), hess: make([]float64, len(rows)),
		sum: make([]float64, len(rows)), pending: make([]int32, len(rows)),
	}
	g.bin(rows)
	random := rand.New(rand.NewPCG(3, uint64(s.seed)))
	for range s.trees {
		for f := range g.barred {
			g.barred[f] = random.Float64() >= s.columns
		}
		for i := range rows {
			p := sigmoid(g.sum[i])
			g.grad[i], g.hess[i] = -p, float64(p*(1-p))
			if rows[i].positive {
				g.grad[i]++
			}
			g.grad[i] *= rows[i].weight
			g.hess[i] *= rows[i].weight
			g.pending[i] = int32(i)
		}
		g.forest.Roots = append(g.forest.Roots, uint16(len(g.forest.Nodes)))
		g.split(g.pending, nil, s.depth)
	}
	return g.forest
}

// bin sorts the values of every feature into at most [bins] of about equal
// numbers of rows.
func (g *grower) bin(rows []row) {
	values := make([]int16, len(rows))
	for f := range g.cuts {
		for i := range rows {
			values[i] = rows[i].Features[f]
		}
		slices.Sort(values)
		distinct := slices.Compact(slices.Clone(values))
		if len(distinct) > bins {
			distinct = distinct[:0]
			for b := 1; b <= bins; b++ {
				distinct = append(distinct, values[b*len(values)/bins-1])
			}
			distinct = slices.Compact(distinct)
		}
		g.cuts[f] = distinct
		for i := range rows {
			b, _ := slices.BinarySearch(distinct, rows[i].Features[f])
			g.binned[i][f] = uint8(min(b, len(distinct)-1))
		}
	}
}

// cell is the sums of one bin.
type cell struct{ grad, hess float64 }

// histogram is the sums of every bin of every feature.
type histogram [lookalike.FeatureCount][bins]cell

func (g *grower) histogram(rows []int32) *histogram {
	h := new(histogram)
	for _, i := range rows {
		grad, hess := g.grad[i], g.hess[i]
		for f, b := range &g.binned[i] {
			c := &h[f][b]
			c.grad += grad
			c.hess += hess
		}
	}
	return h
}

func (h *histogram) without(o *histogram) *histogram {
	d := new(histogram)
	for f := range h {
		for b := range h[f] {
			d[f][b] = cell{h[f][b].grad - o[f][b].grad, h[f][b].hess - o[f][b].hess}
		}
	}
	return d
}

// split appends the tree below a node with rows, and what it says of them.
// h is their histogram, nil if it is not known yet.
func (g *grower) split(rows []int32, h *histogram, depth int) {
	if h == nil {
		h = g.histogram(rows)
	}
	f, b := -1, 0
	if depth > 0 {
		f, b = g.choose(h)
	}
	if f < 0 {
		g.answer(rows, h)
		return
	}
	at := len(g.forest.Nodes)
	g.forest.Nodes = append(g.forest.Nodes, lookalike.Node{Feature: uint8(f), Threshold: g.cuts[f][b]})
	left, right := g.part(rows, f, uint8(b))
	var hl, hr *histogram
	if depth > 1 {
		if len(left) < len(right) {
			hl = g.histogram(left)
			hr = h.without(hl)
		} else {
			hr = g.histogram(right)
			hl = h.without(hr)
		}
	} else {
		hl, hr = g.halves(h, f, b)
	}
	g.split(left, hl, depth-1)
	g.forest.Nodes[at].Right = uint16(len(g.forest.Nodes))
	g.split(right, hr, depth-1)
}

// halves returns histograms that hold no more than the sums of both sides.
func (g *grower) halves(h *histogram, f, b int) (left, right *histogram) {
	left, right = new(histogram), new(histogram)
	for i, c := range h[f] {
		to := left
		if i > b {
			to = right
		}
		to[0][0].grad += c.grad
		to[0][0].hess += c.hess
	}
	return left, right
}

// choose returns the split that gains most: up to bin b of feature f.
func (g *grower) choose(h *histogram) (feature, b int) {
	feature = -1
	most := 1e-3
	for f := range h {
		if g.barred[f] {
			continue
		}
		var all, left cell
		for _, c := range h[f] {
			all.grad += c.grad
			all.hess += c.hess
		}
		for k := range len(g.cuts[f]) - 1 {
			left.grad += h[f][k].grad
			left.hess += h[f][k].hess
			right := cell{all.grad - left.grad, all.hess - left.hess}
			if left.hess < g.leaf || right.hess < g.leaf {
				continue
			}
			if gain := g.value(left) + g.value(right) - g.value(all); gain > most {
				feature, b, most = f, k, gain
			}
		}
	}
	return feature, b
}

func (g *grower) value(c cell) float64 { return float64(c.grad*c.grad) / (c.hess + g.ridge) }

// part moves the rows of the left side to the front and keeps their order.
func (g *grower) part(rows []int32, f int, b uint8) (left, right []int32) {
	var behind []int32
	n := 0
	for _, i := range rows {
		if g.binned[i][f] <= b {
			rows[n] = i
			n++
		} else {
			behind = append(behind, i)
		}
	}
	copy(rows[n:], behind)
	return rows[:n], rows[n:]
}

// answer appends a leaf.
func (g *grower) answer(rows []int32, h *histogram) {
	var all cell
	for _, c := range h[0] {
		all.grad += c.grad
		all.hess += c.hess
	}
	const unit = 1024
	x := math.Round(unit * g.rate * all.grad / (all.hess + g.ridge))
	x = max(-8000, min(8000, x))
	g.forest.Nodes = append(g.forest.Nodes, lookalike.Node{Feature: lookalike.Leaf, Threshold: int16(x)})
	for _, i := range rows {
		g.sum[i] += x / unit
	}
}
