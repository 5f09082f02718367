package lookalike

// misplaced finds a misspelt brand before the labels of a registry, where no
// registry is: amzanao.co.ip.example.shop, anazon-co-jp.example. What is
// misspelt is hard to be sure of; what follows it makes up for that.
func misplaced(v *view, h *hit) float64 {
	if h.how <= exact || h.how >= remote || v.follows(h) != registry {
		return 0
	}
	return v.worth(h) + registryNext
}
