package upstream

// crowd is how many prompts one poller has before the next gets some: it takes
// more than a processor is idle for, and fewer are cheaper to hear together.
const crowd = 16

// pollers share the prompts to one server, so that these are not bound to one
// processor.
type pollers struct {
	each    [2]poller
	bundles bundles
}

// pick returns the poller for the next prompt.
func (ls *pollers) pick() *poller {
	best, least := &ls.each[0], ls.each[0].asking.Load()
	if least < crowd {
		return best
	}
	for i := range ls.each {
		if n := ls.each[i].asking.Load(); n < least {
			best, least = &ls.each[i], n
		}
	}
	return best
}

func (ls *pollers) close() {
	for i := range ls.each {
		ls.each[i].close()
	}
}
