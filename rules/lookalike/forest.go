package lookalike

// Node is a node of a decision tree: a question on one feature, or an answer.
type Node struct {
	Feature   uint8 // which is compared, [Leaf] for an answer
	Threshold int16 // up to it, the answer is on the left; the answer itself in a leaf
	Right     uint16
}

// Leaf marks the nodes that are answers.
const Leaf = 0xFF

// Forest is the trees of a gradient boosted model, one after the other; the
// left child of a node is the node behind it. The answers are in 1024ths of
// the logarithm of odds (Friedman, "Greedy function approximation: a gradient
// boosting machine", 2001). Everything is a whole number, so that every
// machine comes to the same sum.
type Forest struct {
	Roots []uint16
	Nodes []Node
}

// Sum returns the sum of the answers to f.
func (t *Forest) Sum(f *[FeatureCount]int16) int32 {
	s := int32(0)
	for _, root := range t.Roots {
		i := root
		for {
			n := t.Nodes[i]
			if n.Feature == Leaf {
				s += int32(n.Threshold)
				break
			}
			if f[n.Feature] <= n.Threshold {
				i++
			} else {
				i = n.Right
			}
		}
	}
	return s
}

// valid reports whether no walk through t leaves it or goes in circles.
func (t *Forest) valid() bool {
	for k, root := range t.Roots {
		end := len(t.Nodes)
		if k+1 < len(t.Roots) {
			end = int(t.Roots[k+1])
		}
		if int(root) >= end || end > len(t.Nodes) {
			return false
		}
		for i := int(root); i < end; i++ {
			n := t.Nodes[i]
			if n.Feature == Leaf {
				continue
			}
			if int(n.Feature) >= FeatureCount || i+1 >= end || int(n.Right) <= i || int(n.Right) >= end {
				return false
			}
		}
	}
	return true
}
