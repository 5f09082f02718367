package resolver

import (
	"hash/maphash"
	"sync/atomic"

	"sekisho/rules"
)

// verdictSlots bounds the names whose judgement is remembered; a power of two.
const verdictSlots = 4096

// verdicts remember the judgements of names that nothing is known about but
// what they are called: blocked ones, mostly, which never reach the cache. A
// name has one place, from which the next one there drives it out; so it is
// bounded and has no lock. It is safe for concurrent use.
type verdicts struct {
	seed  maphash.Seed // so that nobody can aim at a place
	slots [verdictSlots]atomic.Pointer[namedJudgement]
}

type namedJudgement struct {
	name string // in wire form and lower case
	judgement
}

func newVerdicts() *verdicts { return &verdicts{seed: maphash.MakeSeed()} }

// clear forgets all, so that a policy that is out of force can go.
func (v *verdicts) clear() {
	for i := range v.slots {
		v.slots[i].Store(nil)
	}
}

// judge returns the judgement under p of name, in wire form and lower case.
func (v *verdicts) judge(p *rules.Policy, name []byte) *judgement {
	slot := &v.slots[maphash.Bytes(v.seed, name)%verdictSlots]
	if n := slot.Load(); n != nil && n.policy == p && n.name == string(name) {
		return &n.judgement
	}
	n := &namedJudgement{name: string(name)}
	n.judge(p, hostOfWire(name), nil, nil)
	slot.Store(n)
	return &n.judgement
}
