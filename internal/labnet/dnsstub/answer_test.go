package main

import (
	"testing"

	"github.com/miekg/dns"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		qtype uint16
		want  string // the only record
		late  bool
	}{
		{"host1.shop.example.", dns.TypeA, "host1.shop.example.\t86400\tIN\tA\t192.0.2.1", false},
		{"n1.0.miss.", dns.TypeA, "n1.0.miss.\t86400\tIN\tA\t192.0.2.1", true},
		{"n1.0.MISS.", dns.TypeHTTPS, "0.MISS.\t900\tIN\tSOA\tns.n1.0.MISS. who.n1.0.MISS. 1 3600 600 86400 900", true},
		{"x.example.", dns.TypeAAAA, "example.\t900\tIN\tSOA\tns.x.example. who.x.example. 1 3600 600 86400 900", false},
		{"dismiss.", dns.TypeAAAA, ".\t900\tIN\tSOA\tns.dismiss. who.dismiss. 1 3600 600 86400 900", false},
		{".", dns.TypeAAAA, ".\t900\tIN\tSOA\tns. who. 1 3600 600 86400 900", false},
	} {
		q := new(dns.Msg).SetQuestion(test.name, test.qtype).SetEdns0(1232, false)
		wire, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		reply, late := answer(nil, wire)
		m := new(dns.Msg)
		if err := m.Unpack(reply); err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		all := append(m.Answer, m.Ns...)
		if len(all) != 1 || all[0].String() != test.want || m.Id != q.Id || !m.Response || late != test.late {
			t.Errorf("%s: %v, late %v; want %s, late %v", test.name, m, late, test.want, test.late)
		}
		if len(reply) > len(wire)+room {
			t.Errorf("%s: %d bytes more than the question", test.name, len(reply)-len(wire))
		}
		for size := range len(wire) {
			answer(nil, wire[:size])
		}
	}
}
