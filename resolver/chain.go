package resolver

import (
	"strings"
	"time"

	"github.com/miekg/dns"

	"sekisho/rules"
)

// followChain copies the aliases from the question on, whatever their order in
// the reply, and leaves name where they end.
func (s *scrubber) followChain() error {
	aliases, branches := s.aliases()
	if s.qtype == dns.TypeCNAME || s.qtype == dns.TypeDNAME {
		return nil
	}
	for hops := 0; ; hops++ {
		alias, ok := aliases[s.name]
		branch, synthetic := s.synthesize(branches)
		if !ok {
			alias, ok = synthetic, synthetic != nil
		}
		switch {
		case !ok:
			return nil
		case hops >= maxHops && !s.mayGoOn(hops): // a loop ends here as well
			return errChain
		}
		target := dns.CanonicalName(alias.Target)
		if !s.hop(target) {
			s.bar()
			return nil
		}
		if synthetic != nil && synthetic.Target == target { // what proves it goes with it
			s.add(branch)
			s.addSignatures(branch.Hdr.Name, dns.TypeDNAME)
		}
		s.add(alias)
		s.addSignatures(s.name, dns.TypeCNAME)
		s.name = target
	}
}

// mayGoOn reports whether the chain may be longer than hops, which is long.
func (s *scrubber) mayGoOn(hops int) bool {
	return hops < maxGenuineHops && rules.IsGenuine(hostOf(s.out.Question[0].Name))
}

// bar makes the answer one that has no records of the type.
func (s *scrubber) bar() {
	s.barred, s.name = true, s.out.Question[0].Name
	s.out.Answer, s.out.Rcode = nil, dns.RcodeSuccess
}

// aliases indexes the CNAMEs and DNAMEs of the reply by owner.
func (s *scrubber) aliases() (map[string]*dns.CNAME, map[string]*dns.DNAME) {
	aliases, branches := map[string]*dns.CNAME{}, map[string]*dns.DNAME{}
	kept := s.msg.Answer[:0:0]
	for _, rr := range s.msg.Answer {
		if !usable(rr) {
			s.spoil(rr)
			continue
		}
		if !fulfilsMandatory(rr) {
			s.spoil(rr)
		}
		kept = append(kept, rr)
		switch rr := rr.(type) {
		case *dns.CNAME:
			if _, ok := aliases[rr.Hdr.Name]; !ok {
				aliases[rr.Hdr.Name] = rr
			}
		case *dns.DNAME:
			if _, ok := branches[rr.Hdr.Name]; !ok {
				branches[rr.Hdr.Name] = rr
			}
		}
	}
	s.msg.Answer = kept
	return aliases, branches
}

// spoil notes a service record without content, without any that can be read
// ([upstream.Parse]), or that contradicts itself: clients must not use any of a set with
// such a one (RFC 9460, section 2.2), and do not get it.
func (s *scrubber) spoil(rr dns.RR) {
	if h := rr.Header(); h.Rrtype == s.qtype && h.Class == dns.ClassINET && isService(s.qtype) {
		if s.spoilt == nil {
			s.spoilt = make(map[string]bool)
		}
		s.spoilt[dns.CanonicalName(h.Name)] = true
	}
}

// synthesize returns a DNAME above name and the CNAME that it implies (RFC 6672,
// section 3.1), which some servers leave to us, or nil.
func (s *scrubber) synthesize(branches map[string]*dns.DNAME) (*dns.DNAME, *dns.CNAME) {
	for owner, branch := range branches {
		prefix, below := strings.CutSuffix(s.name, "."+owner)
		if !below || !dns.IsSubDomain(owner, s.name) {
			continue
		}
		target := dns.CanonicalName(prefix + "." + strings.TrimPrefix(branch.Target, "."))
		if _, err := wireName(target); err != nil { // which is stricter than package dns
			continue
		}
		return branch, &dns.CNAME{
			Hdr:    dns.RR_Header{Name: s.name, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: branch.Hdr.Ttl},
			Target: target,
		}
	}
	return nil, nil
}

// outgrown copies the DNAME by which the name at the end of the chain would be longer
// than names can be, and reports whether there is one. Of the codes for failures this
// alone is an answer: another server has no other (RFC 6672, section 2.2).
func (s *scrubber) outgrown() bool {
	if s.out.Rcode != dns.RcodeYXDomain {
		return false
	}
	found := false
	for _, rr := range s.msg.Answer {
		branch, ok := rr.(*dns.DNAME)
		if !ok || branch.Hdr.Name == s.name || !dns.IsSubDomain(branch.Hdr.Name, s.name) {
			continue
		}
		if !s.hop(branch.Target) {
			s.bar()
			return false
		}
		s.add(branch)
		s.addSignatures(branch.Hdr.Name, dns.TypeDNAME)
		found = true
	}
	return found
}

// deny copies what the authority section says about there being no answer, and
// returns for how long that holds (RFC 2308, section 5): not at all without a
// SOA of a zone that the name can be in.
func (s *scrubber) deny() time.Duration {
	life := time.Duration(0)
	for _, rr := range s.msg.Ns {
		if !usable(rr) {
			continue
		}
		switch soa := rr.(type) {
		case *dns.SOA:
			if life == 0 && dns.IsSubDomain(soa.Hdr.Name, s.name) {
				soa.Hdr.Ttl = min(soa.Hdr.Ttl, soa.Minttl, uint32(maxNegativeTTL/time.Second))
				life = time.Duration(soa.Hdr.Ttl) * time.Second
				s.out.Ns = append(s.out.Ns, soa)
			}
		case *dns.NSEC, *dns.NSEC3, *dns.RRSIG:
			if s.do && proves(rr) {
				s.out.Ns = append(s.out.Ns, rr)
			}
		}
	}
	if len(s.out.Ns) == 0 && s.edited {
		s.out.Ns = append(s.out.Ns, &dns.SOA{
			Hdr: dns.RR_Header{Name: s.name, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: localTTL},
			Ns:  "sekisho.internal.", Mbox: ".", Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: localTTL,
		})
		life = localTTL * time.Second
	}
	return life
}
