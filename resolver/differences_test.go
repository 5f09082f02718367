package resolver

import (
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// differences are the ways in which sekisho's answers may differ from
// unbound's, each with the reason; level takes one of them out of two views, and
// nothing that it is not the reason for. Rare ones need not occur.
var differences = []struct {
	name, why string
	level     func(s *shape, ours, theirs *view)
	rare      bool
}{
	{
		"time went by", "unbound counts whole seconds of the clock, also while it is still asking",
		func(_ *shape, ours, theirs *view) {
			if secondsOlder(theirs.SOA, ours.SOA) {
				theirs.SOA = ours.SOA
			}
			if len(ours.Answer) != len(theirs.Answer) {
				return
			}
			for i, a := range theirs.Answer {
				if sameButTTL(a, ours.Answer[i]) && secondsOlder(firstTwo(a), firstTwo(ours.Answer[i])) {
					theirs.Answer[i] = ours.Answer[i]
				}
			}
		},
		true,
	},
	{
		"where it leads is not known", "an alias, asked for by itself, into a chain that is of no use: as long as the question for HTTPS records fails, answers hold for ten seconds",
		func(s *shape, ours, theirs *view) {
			if s.qtype != dns.TypeCNAME || len(ours.Answer) != len(theirs.Answer) {
				return
			}
			for i, a := range ours.Answer {
				if sameButTTL(a, theirs.Answer[i]) && strings.Fields(a)[1] == "10" {
					theirs.Answer[i] = a
				}
			}
		},
		false,
	},
	{
		"denial kept shorter", "what does not exist is believed for 15 minutes at most",
		func(_ *shape, ours, theirs *view) {
			if owner, ok := strings.CutSuffix(ours.SOA, " 900"); ok && strings.HasPrefix(theirs.SOA, owner+" ") {
				theirs.SOA = ours.SOA
			}
		},
		false,
	},
	{
		"SOA of a zone elsewhere", "a zone that the name is not in says nothing about it",
		func(s *shape, ours, theirs *view) {
			if !dns.IsSubDomain(s.soa, s.name) && ours.SOA == "" {
				theirs.SOA = ""
			}
		},
		false,
	},
	{
		"private address withheld", "a public name must not lead into the office (DNS rebinding)",
		func(s *shape, ours, theirs *view) {
			if s.kind == "guarded" && s.qtype == dns.TypeA && slices.ContainsFunc(ours.Answer, isPublic) {
				theirs.Answer = slices.DeleteFunc(theirs.Answer, func(a string) bool { return !isPublic(a) })
			}
		},
		false,
	},
	{
		"ech removed", "the name in the hello is what sekisho judges",
		func(s *shape, _, theirs *view) {
			if s.kind != "guarded" || s.qtype != dns.TypeHTTPS {
				return
			}
			for i, a := range theirs.Answer {
				theirs.Answer[i] = strings.NewReplacer(` ech="AEX+DQ=="`, "", ` mandatory="ech"`, "", `mandatory="alpn,ech"`, `mandatory="alpn"`).Replace(a)
			}
		},
		false,
	},
	{
		"case of names in data", "compression may give a name the case of an equal one (RFC 4343, section 4.2); sekisho keeps or lowers it",
		func(s *shape, ours, theirs *view) {
			if s.kind == "records" && s.qtype != dns.TypeMX && s.qtype != dns.TypeNS || s.kind != "records" && !strings.HasPrefix(s.kind, "branch") {
				return
			}
			for _, v := range []*view{ours, theirs} {
				for i, a := range v.Answer {
					v.Answer[i] = lowerData(a)
				}
				slices.Sort(v.Answer)
			}
		},
		false,
	},
	{
		"TTL of a CNAME made from a DNAME", "RFC 6672, section 3.1, gives it that of the DNAME; unbound 1.17 none",
		func(s *shape, ours, theirs *view) {
			if !s.bare || len(ours.Answer) != len(theirs.Answer) {
				return
			}
			for i, a := range theirs.Answer {
				if strings.HasPrefix(a, "www.b.") && strings.Contains(a, " 0 IN CNAME ") && sameButTTL(a, ours.Answer[i]) {
					theirs.Answer[i] = ours.Answer[i]
				}
			}
		},
		false,
	},
}

func isPublic(answer string) bool { return strings.HasSuffix(answer, " 192.0.2.1") }

// lowerData puts the data of an answer into lower case.
func lowerData(answer string) string {
	fields := strings.SplitN(answer, " ", 5)
	fields[4] = strings.ToLower(fields[4])
	return strings.Join(fields, " ")
}

// sameButTTL compares two answers but for their TTLs.
func sameButTTL(a, b string) bool {
	x, y := strings.SplitN(a, " ", 3), strings.SplitN(b, " ", 3)
	return x[0] == y[0] && x[2] == y[2]
}

// firstTwo are the owner and the TTL of an answer.
func firstTwo(answer string) string {
	fields := strings.SplitN(answer, " ", 3)
	return fields[0] + " " + fields[1]
}

// secondsOlder compares two of owner and TTL: a busy machine takes its time.
func secondsOlder(older, younger string) bool {
	a, x, _ := strings.Cut(older, " ")
	b, y, _ := strings.Cut(younger, " ")
	m, err1 := strconv.Atoi(x)
	n, err2 := strconv.Atoi(y)
	return a == b && err1 == nil && err2 == nil && m < n && n-m <= 3
}
