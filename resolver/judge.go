package resolver

import (
	"strings"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

// A judgement is the verdict on a question and, if there was one, on its
// answer. It holds for as long as the policy does that gave it.
type judgement struct {
	policy *rules.Policy
	rules.Verdict
	host hostname.Name
	// via is the name that the verdict is about, if it is not host; trail is
	// the way there.
	via   hostname.Name
	trail []hostname.Name
}

// judge judges host and then the hops of its answer. A genuine host is what it
// is, wherever it leads. A host that the owner allowed, or that is never
// decrypted, leads only to what the owner blocked.
func judge(p *rules.Policy, host hostname.Name, hops []hostname.Name) *judgement {
	j := &judgement{policy: p, host: host, Verdict: rules.Verdict{Ground: rules.Default}}
	if !host.IsZero() {
		j.Verdict = p.Decide(host)
	}
	if j.Action == rules.Block || j.Ground == rules.Genuine {
		return j
	}
	trusted := j.Ground == rules.Never || j.Ground == rules.Allowlist
	for i, hop := range hops {
		if hop.IsZero() {
			continue
		}
		v := p.Decide(hop)
		if v.Action != rules.Block || trusted && v.Ground != rules.Blocklist {
			continue
		}
		j.Verdict, j.via, j.trail = v, hop, hops[:i]
		return j
	}
	return j
}

// judge returns the judgement of e under p, from memory if p gave the last.
func (e *entry) judge(p *rules.Policy) *judgement {
	if j := e.judged.Load(); j != nil && j.policy == p {
		return j
	}
	j := judge(p, e.host, e.hops)
	e.judged.Store(j)
	return j
}

// detail says in one line why, the way there included.
func (j *judgement) detail() string {
	if j.via.IsZero() {
		return j.Detail
	}
	var b strings.Builder
	b.WriteString("leads to ")
	for _, hop := range j.trail {
		b.WriteString(hop.String())
		b.WriteString(" → ")
	}
	b.WriteString(j.via.String())
	if j.Detail != "" {
		b.WriteString(": ")
		b.WriteString(j.Detail)
	}
	return b.String()
}

// remark tells the asker that the name is blocked, and on what ground.
func (j *judgement) remark() remark {
	text := "sekisho: " + string(j.Ground)
	if j.Target != "" {
		text += " of " + j.Target
	}
	return remark{code: dns.ExtendedErrorCodeBlocked, text: text}
}
