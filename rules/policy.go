package rules

import (
	"strconv"
	"strings"

	"sekisho/hostname"
	"sekisho/rules/lookalike"
)

// Policy is what decides: the owner's lists and what is built in. It is
// immutable and safe for concurrent use; the zero value has no lists. Verdicts
// are remembered within it, a bounded number of them, so a new policy starts
// with none of the old one's.
type Policy struct {
	lists [lists]set
	cache cache
}

// Decide returns the verdict on n. The zero Name passes by default: whoever
// has one has nothing to connect to. Decide does not fail and does not block;
// for a name asked before it does not allocate.
func (p *Policy) Decide(n hostname.Name) Verdict {
	name := n.String()
	if v, ok := p.cache.get(name); ok {
		return v
	}
	v := p.decide(n)
	p.cache.put(name, v)
	return v
}

func (p *Policy) decide(n hostname.Name) Verdict {
	own, at := ownership(n)
	if own.known && !own.customers {
		return Verdict{Ground: Genuine, Detail: own.detail}
	}
	if v, ok := p.listed(BlockList, n); ok {
		return v
	}
	if v, ok := p.listed(DecidedBlock, n); ok && !p.excused(n, n) {
		return v
	}
	if v, ok := isProtected(n); ok {
		return v
	}
	if v, ok := p.listed(NeverList, n); ok {
		return v
	}
	for _, l := range []List{AllowList, DecidedAllow} {
		if v, ok := p.listed(l, n); ok {
			return v
		}
	}
	return resemblance(n, at)
}

// listVerdicts holds what an entry of a list means.
var listVerdicts = [lists]Verdict{
	BlockList:    {Action: Block, Ground: Blocklist},
	AllowList:    {Action: Allow, Ground: Allowlist},
	NeverList:    {Action: Allow, Ground: Never},
	DecidedBlock: {Action: Block, Ground: Blocklist},
	DecidedAllow: {Action: Allow, Ground: Allowlist},
}

// Excused reports whether n leads to hop in spite of a decision that blocks hop: a
// later word on n lets it pass below the very name that the decision is about, as
// www.shop.example may that is an alias of shop.example. What BlockList has of hop is
// never excused.
func (p *Policy) Excused(n, hop hostname.Name) bool {
	if _, _, _, ok := p.lists[BlockList].match(hop); ok {
		return false
	}
	return p.excused(n, hop)
}

// excused reports whether what was decided to let n pass is about a longer name than
// what was decided to block hop, and one below that.
func (p *Policy) excused(n, hop hostname.Name) bool {
	blocked, _, _, ok := p.lists[DecidedBlock].match(hop)
	if !ok {
		return false
	}
	passes, _, _, ok := p.lists[DecidedAllow].match(n)
	return ok && strings.HasSuffix(passes, "."+blocked)
}

// listed asks one of the owner's lists.
func (p *Policy) listed(l List, n hostname.Name) (Verdict, bool) {
	entry, source, line, ok := p.lists[l].match(n)
	if !ok {
		return Verdict{}, false
	}
	v := listVerdicts[l]
	v.Detail = "is listed as " + entry + " in " + source
	if line > 0 {
		v.Detail += ":" + strconv.Itoa(line)
	}
	return v, true
}

// resemblance asks for lookalikes. Below a suffix that Amazon gives to its
// customers, the customer's part of the name is judged. What shows Amazon's own
// pages in translation passes, as a site like any other.
func resemblance(n hostname.Name, customers string) Verdict {
	if of, ok := translated(n); ok && IsGenuine(of) {
		return Verdict{Ground: Default}
	}
	f, ok := lookalike.Finding{}, false
	if customers == "" {
		f, ok = lookalike.Match(n)
	} else {
		f, ok = lookalike.MatchBelow(n, customers)
	}
	if !ok {
		return Verdict{Ground: Default}
	}
	v := Verdict{
		Action: Warn, Ground: Lookalike,
		Technique: f.Technique, Target: f.Target, Detail: f.Detail, Score: f.Score,
	}
	if f.Score >= lookalike.BlockScore {
		v.Action = Block
	}
	return v
}
