package resolver

import (
	"strings"

	"github.com/miekg/dns"
)

// shapeZone is above the names of all shapes.
const shapeZone = "shape.example."

// A shape is a question and what an upstream has to say about it.
type shape struct {
	kind  string
	name  string
	qtype uint16
	// records are what the upstream knows; names without any do not exist.
	records []dns.RR
	// edit changes the reply; nil does not.
	edit func(*dns.Msg)
	// soa is the owner of the SOA that denials have, or empty for none.
	soa      string
	soaTTL   uint32
	soaLeast uint32
	// bare upstreams leave the CNAME of a DNAME to us.
	bare bool
	// query changes the question.
	query []func(*dns.Msg)
}

// reply is the upstream's reply to q, for the question itself or for a name on
// the way.
func (s *shape) reply(q *dns.Msg) *dns.Msg {
	r := new(dns.Msg).SetReply(q)
	r.RecursionAvailable, r.Compress = true, true
	name := dns.CanonicalName(q.Question[0].Name)
	for range 20 {
		if next, ok := s.follow(r, name, q.Question[0].Qtype); ok {
			name = next
			continue
		}
		s.finish(r, name, q.Question[0].Qtype)
		break
	}
	if s.edit != nil {
		s.edit(r)
	}
	return r
}

// follow adds the alias at name, and returns where it leads.
func (s *shape) follow(r *dns.Msg, name string, qtype uint16) (string, bool) {
	for _, rr := range s.records {
		switch rr := rr.(type) {
		case *dns.CNAME:
			if rr.Hdr.Name == name && qtype != dns.TypeCNAME {
				r.Answer = append(r.Answer, dns.Copy(rr))
				return rr.Target, true
			}
		case *dns.DNAME:
			prefix, below := strings.CutSuffix(name, "."+rr.Hdr.Name)
			if !below {
				continue
			}
			target := prefix + "." + rr.Target
			r.Answer = append(r.Answer, dns.Copy(rr))
			if !s.bare {
				r.Answer = append(r.Answer, &dns.CNAME{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: rr.Hdr.Ttl}, Target: target})
			}
			return target, true
		}
	}
	return "", false
}

// finish adds what there is at name, or that there is nothing.
func (s *shape) finish(r *dns.Msg, name string, qtype uint16) {
	exists, found := false, false
	for _, rr := range s.records {
		if rr.Header().Name != name {
			continue
		}
		exists = true
		if rr.Header().Rrtype == qtype {
			r.Answer, found = append(r.Answer, dns.Copy(rr)), true
		}
	}
	if found {
		return
	}
	if !exists {
		r.Rcode = dns.RcodeNameError
	}
	if s.soa != "" {
		denial := soa(s.soa, s.soaTTL)
		denial.Minttl = s.soaLeast
		r.Ns = append(r.Ns, denial)
	}
}
