package resolver

import (
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
	"sekisho/rules"
)

// A judgement is the verdict on a question and, as far as that is known, on
// where its name leads. It holds for as long as the policy and the way do.
type judgement struct {
	policy *rules.Policy
	rules.Verdict
	host hostname.Name
	// via is the name that the verdict is about, if it is not host; trail is
	// the way there.
	via   hostname.Name
	trail []hostname.Name
	// endless tells that it leads through more names than are looked at, and is not
	// to be answered.
	endless bool
	// note tells the asker of a block.
	note remark
}

// judge judges host, then the hops of its answer and those that other answers
// about host lead through: the verdict is on the name and thus the same for
// every type (RFC 8020). A genuine host is what it is, wherever it leads. A
// host that the owner allowed, or that is never decrypted, leads only to what
// the owner blocked.
func judge(p *rules.Policy, host hostname.Name, hops []hostname.Name, w *way) *judgement {
	j := new(judgement)
	j.judge(p, host, hops, w)
	return j
}

// judge makes j, which is new, what judge returns.
func (j *judgement) judge(p *rules.Policy, host hostname.Name, hops []hostname.Name, w *way) {
	j.policy, j.host, j.Verdict = p, host, rules.Verdict{Ground: rules.Default}
	if !host.IsZero() {
		j.Verdict = p.Decide(host)
	}
	if !j.final() && !j.follow(hops) && w != nil {
		for _, c := range w.chains {
			if j.follow(c.hops) {
				break
			}
		}
	}
	if j.Action == rules.Block {
		j.note = j.remark()
	}
}

// final reports whether nothing that is yet to be learnt changes j.
func (j *judgement) final() bool { return j.Action == rules.Block || j.Ground == rules.Genuine }

// follow judges hops in order, and reports whether one of them is blocked.
func (j *judgement) follow(hops []hostname.Name) bool {
	for i, hop := range hops {
		if hop.IsZero() {
			continue
		}
		if v, blocked := j.blocks(hop); blocked {
			j.Verdict, j.via, j.trail = v, hop, hops[:i]
			return true
		}
	}
	return false
}

// blocks returns the verdict on hop, and whether who leads there is blocked for it.
func (j *judgement) blocks(hop hostname.Name) (rules.Verdict, bool) {
	trusted := j.Ground == rules.Never || j.Ground == rules.Allowlist
	v := j.policy.Decide(hop)
	return v, v.Action == rules.Block && (!trusted || v.Ground == rules.Blocklist && !j.policy.Excused(j.host, hop))
}

// blockedAddr returns the first address of lists that the owner has blocked, if one is:
// nobody else blocks addresses.
func blockedAddr(p *rules.Policy, lists ...[]netip.Addr) (v rules.Verdict, n hostname.Name, blocked bool) {
	for _, addrs := range lists {
		for _, addr := range addrs {
			n, err := hostname.Parse(addr.String())
			if err != nil {
				continue
			}
			if v := p.Decide(n); v.Action == rules.Block && v.Ground == rules.Blocklist {
				return v, n, true
			}
		}
	}
	return rules.Verdict{}, hostname.Name{}, false
}

// A memo is a judgement to come back to, and what it depends on.
type memo struct {
	*judgement
	// until is when it ceases to hold although there is no news; zero is never.
	until time.Time
	// own tells that it is a block for where other answers about the very name lead.
	own bool
	// outlived is the name that it is a block for if the TTL of what is known of it is
	// over, by records of type by; "" if none is.
	outlived string
	by       uint16
	// slots are those of the names that it depends on, sum is that of their news, and
	// seen the count of all news when it was last looked whether that is so.
	slots []uint16
	room  [8]uint16
	sum   uint64
	seen  atomic.Uint64
}

// dependOn notes that m depends on what is known of name, which is to be looked up after
// that.
func (m *memo) dependOn(name string, n *news) {
	if m.slots == nil {
		m.slots = m.room[:0]
	}
	slot := n.slot(name)
	m.slots = append(m.slots, slot)
	m.sum += uint64(n.slots[slot].Load())
}

// found makes m a block for via, which is v and led to by trail.
func (m *memo) found(v rules.Verdict, via hostname.Name, trail []hostname.Name) {
	j := *m.judgement
	j.Verdict, j.via, j.trail = v, via, trail
	j.note = j.remark()
	m.judgement = &j
}

// maxDetail is how much of the way is told, which is as much as an event has room for.
const maxDetail = 1024

// detail says in one line why, the way there included.
func (j *judgement) detail() string {
	if j.via.IsZero() {
		return j.Detail
	}
	var b strings.Builder
	b.WriteString("leads to ")
	for _, hop := range j.trail {
		if b.Len() > maxDetail {
			break
		}
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
