package resolver

import "github.com/miekg/dns"

// addSignatures copies the signatures over owner's records of type rtype.
func (s *scrubber) addSignatures(owner string, rtype uint16) {
	if !s.do {
		return
	}
	for _, rr := range s.msg.Answer {
		if sig, ok := rr.(*dns.RRSIG); ok && sig.TypeCovered == rtype && sig.Hdr.Name == owner {
			s.add(sig)
		}
	}
}

// dropSignatures removes all signatures: what they cover has changed.
func (s *scrubber) dropSignatures() {
	for _, section := range [...]*[]dns.RR{&s.out.Answer, &s.out.Ns} {
		kept := (*section)[:0]
		for _, rr := range *section {
			if rr.Header().Rrtype != dns.TypeRRSIG {
				kept = append(kept, rr)
			}
		}
		*section = kept
	}
}

// proves reports whether rr is a proof of absence or a signature over one.
func proves(rr dns.RR) bool {
	sig, ok := rr.(*dns.RRSIG)
	return !ok || sig.TypeCovered == dns.TypeNSEC || sig.TypeCovered == dns.TypeNSEC3 || sig.TypeCovered == dns.TypeSOA
}
