package main

import (
	"math"

	"sekisho/rules/lookalike"
)

// groupUp puts imitations into groups: names below one registrable domain
// belong together, and so do names that share a way to write the brand, for
// a campaign uses its spelling on hundreds of domains and a test must not
// reward knowing it. The brand in its own letters makes no group. Names of
// large groups weigh less, each.
func groupUp(examples []*example, m *lookalike.Model) {
	parent := map[string]string{}
	var find func(string) string
	find = func(x string) string {
		p, ok := parent[x]
		if !ok || p == x {
			return x
		}
		p = find(p)
		parent[x] = p
		return p
	}
	token := map[*example]string{}
	for _, e := range examples {
		if !e.imitates() || e.generated {
			continue
		}
		own := "." + e.name.Registrable()
		if t := spelling(m, e); t != lookalike.Brand && t != "" {
			token[e] = t
			parent[find(own)] = find(t)
		}
	}
	size := map[string]int{}
	for _, e := range examples {
		if !e.imitates() || e.generated {
			continue
		}
		e.group = find("." + e.name.Registrable())
		size[e.group]++
	}
	for _, e := range examples {
		if n := size[e.group]; e.imitates() && n > 0 {
			const precise = 1 << 20 // the same on every machine
			e.weight = math.Round(precise*math.Pow(float64(n), -0.35)) / precise
		}
	}
}

// spelling returns how e writes the brand.
func spelling(m *lookalike.Model, e *example) string {
	samples := m.Samples(e.name, "")
	if len(samples) == 0 {
		return ""
	}
	return samples[len(samples)-1].Window
}
