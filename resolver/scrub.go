package resolver

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

const (
	// maxHops bounds a CNAME chain; the longest seen in use have half of it.
	maxHops = 11
	// maxGenuineHops is the bound for Amazon's own names, which are answered wherever
	// they lead; a loop must end.
	maxGenuineHops = 16
	// maxTTL bounds what an upstream can make us keep.
	maxTTL = 24 * time.Hour
	// maxNegativeTTL is for what an upstream says does not exist: being wrong
	// about that hurts more.
	maxNegativeTTL = 15 * time.Minute
	// maxAddresses bounds the addresses of an answer, and the hints beside them: all
	// of them are judged, so that an answer with more is not given at all. The largest
	// in use have some hundreds.
	maxAddresses = 2048
	// maxWithheld bounds what is remembered of those that are taken out.
	maxWithheld = 64
)

var (
	errChain    = errors.New("cname chain is a loop or too long")
	errTruncate = errors.New("reply is truncated")
	errRcode    = errors.New("upstream gave an error")
	errCrowd    = errors.New("more addresses than can be judged")
)

// A scrubber makes an entry of an upstream's reply, from which it takes what
// answers the question and nothing else.
type scrubber struct {
	// allowed says which private addresses may be in the answer, inside which names
	// it must not lead to; nil means all, and none.
	allowed func(netip.Addr) bool
	inside  func(name string) bool

	name  string // what the record sought must belong to, as the chain goes on
	qtype uint16
	do    bool
	msg   *dns.Msg
	out   *dns.Msg
	e     *entry
	// met are the hops of e.
	met map[hostname.Name]bool
	// edited types have lost or changed a record, which no signature covers.
	edited bool
	// spoilt owners have a record of the type sought that could not be read.
	spoilt map[string]bool
	// barred is set when the chain led inside, and nothing of it is passed on.
	barred bool
}

// scrub returns the entry for the reply to a question for name, in lower case
// and presentation form. Names in it are not judged yet.
func scrub(reply *dns.Msg, name string, qtype uint16, do bool, allowed func(netip.Addr) bool, inside func(string) bool) (*entry, error) {
	switch {
	case reply.Truncated:
		return nil, errTruncate
	case reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError && reply.Rcode != dns.RcodeYXDomain:
		return nil, fmt.Errorf("%w: %s", errRcode, dns.RcodeToString[reply.Rcode])
	}
	s := &scrubber{allowed: allowed, inside: inside, name: name, qtype: qtype, do: do, msg: reply, out: new(dns.Msg), e: new(entry)}
	s.out.Rcode = reply.Rcode
	s.out.AuthenticatedData = reply.AuthenticatedData
	s.out.Question = []dns.Question{{Name: name, Qtype: qtype, Qclass: dns.ClassINET}}
	if err := s.followChain(); err != nil {
		return nil, err
	}
	found := !s.barred && (s.collect() || s.outgrown())
	life := maxTTL
	if !found {
		life = s.deny()
	}
	if len(s.e.addrs) > maxAddresses || len(s.e.hints) > maxAddresses {
		return nil, errCrowd
	}
	if s.edited {
		s.out.AuthenticatedData = false
		s.dropSignatures()
	}
	return s.finish(name, life)
}

func (s *scrubber) finish(name string, life time.Duration) (*entry, error) {
	for _, rr := range s.out.Answer {
		life = min(life, time.Duration(rr.Header().Ttl)*time.Second)
	}
	a, err := newAnswer(s.out)
	if err != nil {
		return nil, err
	}
	s.e.answer, s.e.ttl, s.e.host, s.e.stored = a, life, hostOf(name), time.Now()
	return s.e, nil
}

// usable normalises the head of rr, and reports whether its class is ours and
// it has content, or may be without.
func usable(rr dns.RR) bool {
	h := rr.Header()
	if h.Class != dns.ClassINET || h.Rdlength == 0 && !mayBeEmpty(rr) {
		return false
	}
	if h.Ttl > 1<<31-1 { // RFC 2181, section 8
		h.Ttl = 0
	}
	h.Ttl = min(h.Ttl, uint32(maxTTL/time.Second))
	h.Name = dns.CanonicalName(h.Name)
	return true
}

// mayBeEmpty reports whether rr may have no content, as passes elsewhere too: a text of
// no strings, a list of no prefixes, what has no form. Any other without is parsed, but
// packed as nonsense.
func mayBeEmpty(rr dns.RR) bool {
	switch rr.(type) {
	case *dns.TXT, *dns.APL, *dns.NULL, *dns.RFC3597:
		return true
	}
	return false
}

func (s *scrubber) add(rr dns.RR) { s.out.Answer = append(s.out.Answer, rr) }

// collect copies the records sought from the end of the chain, less what they
// must not say, and reports whether there were any left.
func (s *scrubber) collect() bool {
	if s.out.Rcode != dns.RcodeSuccess {
		return false
	}
	if s.spoilt[s.name] && isService(s.qtype) {
		for _, rr := range s.msg.Answer { // where those lead that can be read counts
			if rr.Header().Name == s.name && rr.Header().Rrtype == s.qtype {
				s.clean(rr)
			}
		}
		s.edited, s.e.remark = true, remark{dns.ExtendedErrorCodeOther, "malformed service records withheld"}
		return false
	}
	found := false
	for _, rr := range s.msg.Answer {
		if rr.Header().Name != s.name || rr.Header().Rrtype != s.qtype {
			continue
		}
		if rr = s.clean(rr); rr != nil {
			s.add(rr)
			found = true
		}
	}
	if found {
		s.addSignatures(s.name, s.qtype)
	}
	return found
}

// clean returns rr, or an edited copy, or nil if it must not be passed on.
func (s *scrubber) clean(rr dns.RR) dns.RR {
	switch rr := rr.(type) {
	case *dns.A:
		if !s.admit(rr.A) {
			return nil
		}
	case *dns.AAAA:
		if !s.admit(rr.AAAA) {
			return nil
		}
	case *dns.CNAME:
		if !s.hop(rr.Target) {
			return nil
		}
	case *dns.DNAME:
		if !s.hop(rr.Target) {
			return nil
		}
	case *dns.SVCB:
		if !s.cleanService(rr) {
			return nil
		}
	case *dns.HTTPS:
		if !s.cleanService(&rr.SVCB) {
			return nil
		}
	}
	return rr
}

// hop notes that the answer leads to target, and reports whether it may.
func (s *scrubber) hop(target string) bool { return s.hopTo(target, hostOf(target)) }

// hopTo is hop for a target that stands for host.
func (s *scrubber) hopTo(target string, host hostname.Name) bool {
	inside := s.inside != nil && s.inside(target)
	if !s.met[host] || inside && !s.e.inward { // a set can have thousands with one target
		if s.met == nil {
			s.met = make(map[hostname.Name]bool)
		}
		s.met[host] = true
		s.e.hops = append(s.e.hops, host)
	}
	if !inside {
		return true
	}
	s.edited, s.e.inward = true, true
	s.e.remark = remark{dns.ExtendedErrorCodeBlocked, "alias of a public name to a local or special one withheld"}
	return false
}

// admit takes in an address of the answer, or reports that it is withheld.
func (s *scrubber) admit(ip []byte) bool {
	addr, ok := netip.AddrFromSlice(ip)
	if !ok {
		return false
	}
	addr = addr.Unmap()
	if s.permits(addr) {
		s.e.addrs = append(s.e.addrs, addr)
		return true
	}
	if len(s.e.withheld) < maxWithheld {
		s.e.withheld = append(s.e.withheld, addr)
	}
	s.edited = true
	s.e.remark = remark{dns.ExtendedErrorCodeBlocked, "private address of a public name withheld"}
	return false
}

func (s *scrubber) permits(addr netip.Addr) bool {
	return s.allowed == nil || !isPrivate(addr) || s.allowed(addr)
}
