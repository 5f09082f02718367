package upstream

import (
	"testing"

	"github.com/miekg/dns"
)

// TestMatchOpcode: a reply of another kind than a query's is none (RFC 1035, section
// 4.1.1).
func TestMatchOpcode(t *testing.T) {
	t.Parallel()
	query, err := new(dns.Msg).SetQuestion("shop.example.", dns.TypeA).Pack()
	if err != nil {
		t.Fatal(err)
	}
	for opcode, name := range dns.OpcodeToString {
		want := foreign
		if opcode == dns.OpcodeQuery {
			want = fitting
		}
		if got := match(reply(query, "192.0.2.1", func(m *dns.Msg) { m.Opcode = opcode }), query); got != want {
			t.Errorf("%s: match = %v; want %v", name, got, want)
		}
	}
}

// FuzzMatch feeds replies as they may come: match must not panic, and what it
// takes for an answer must carry the query's id and question.
func FuzzMatch(f *testing.F) {
	query, err := new(dns.Msg).SetQuestion("Shop.example.", dns.TypeHTTPS).Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(reply(query, "192.0.2.1"))
	f.Add(query)
	f.Add(query[:12])
	f.Add([]byte("junk!"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if match(raw, query) != fitting {
			return
		}
		q := new(dns.Msg).SetQuestion("Shop.example.", dns.TypeHTTPS)
		r, err := unpack(raw, q)
		if err == nil && (r.Id != q.Id || r.Question[0] != q.Question[0]) {
			t.Errorf("reply %v is not to %v", r, q)
		}
		if raw[2]&0x80 == 0 || raw[0] != query[0] || raw[1] != query[1] {
			t.Errorf("took %x for an answer to %x", raw, query)
		}
	})
}
