package resolver

import (
	"net"
	"testing"

	"github.com/miekg/dns"
)

// TestPadding asks over TLS, UDP and TCP, with and without padding.
func TestPadding(t *testing.T) {
	t.Parallel()
	o := newOrigin(t, zone(t, "a.example. 60 IN A 192.0.2.1\nlonger-name-of-a.example. 60 IN A 192.0.2.1"))
	s, config := startSecured(t, Options{Upstreams: []string{o.url}, Policy: policy([]string{"blocked.example"}, nil)})
	padding := option(&dns.EDNS0_PADDING{Padding: make([]byte, 3)})
	for name, dial := range map[string]func() net.Conn{
		"TLS": func() net.Conn { return dialDoT(t, s, config) },
		"UDP": func() net.Conn { return dial(t, "udp", s) },
		"TCP": func() net.Conn { return dial(t, "tcp", s) },
	} {
		for _, host := range []string{"a.example.", "longer-name-of-a.example.", "blocked.example.", "none.example."} {
			for _, padded := range []bool{false, true} {
				q := newQuery(host, dns.TypeA, edns)
				if padded {
					q = newQuery(host, dns.TypeA, padding)
				}
				conn := &dns.Conn{Conn: dial(), UDPSize: dns.MaxMsgSize}
				if err := conn.WriteMsg(q); err != nil {
					t.Fatal(err)
				}
				wire, err := conn.ReadMsgHeader(nil)
				if err != nil {
					t.Fatal(err)
				}
				r := new(dns.Msg)
				if err := r.Unpack(wire); err != nil {
					t.Fatal(err)
				}
				want := padded && name == "TLS"
				if got := len(wire)%replyBlock == 0; got != want || hasPadding(r) != want {
					t.Errorf("%s, %s, query padded %v: %d bytes, padded %v; want %v", name, host, padded, len(wire), hasPadding(r), want)
				}
			}
		}
	}
}

func hasPadding(r *dns.Msg) bool {
	if opt := r.IsEdns0(); opt != nil {
		for _, o := range opt.Option {
			if o.Option() == dns.EDNS0PADDING {
				return true
			}
		}
	}
	return false
}

// TestPaddingRoom has replies of every length near the largest there is.
func TestPaddingRoom(t *testing.T) {
	t.Parallel()
	for size := dns.MaxMsgSize - 600; size < dns.MaxMsgSize; size++ {
		q := &query{padded: true, limit: dns.MaxMsgSize}
		buf := q.appendPadding(make([]byte, size))
		if len(buf) > dns.MaxMsgSize || len(buf) < size+4 && len(buf) != size {
			t.Fatalf("%d bytes became %d", size, len(buf))
		}
	}
}
