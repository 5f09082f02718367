package labnet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"sekisho/hostname"
)

// Response codes (RFC 1035, section 4.1.1).
const (
	NoError       = dns.RcodeSuccess
	ServerFailure = dns.RcodeServerFailure
	NameError     = dns.RcodeNameError
)

// Reply says how the DNS server answers one name. The zero value is the address
// 127.0.0.1.
type Reply struct {
	Addrs   []netip.Addr // A and AAAA records; none and no CNAME means 127.0.0.1
	CNAME   string       // an alias, followed within the network
	Rcode   int          // ServerFailure and the like; other than 0 hides the rest
	Silent  bool         // the question is swallowed
	Records []string     // further records in zone-file form, such as "x.example. 60 IN TXT hi"
}

// dnsServer answers on UDP and TCP, on one port.
type dnsServer struct {
	addr string

	mu    sync.Mutex
	names map[string]Reply // by lower-case name without the trailing dot
	asked map[string]int
}

// portTries bounds how often a UDP port whose TCP twin is taken is given up.
const portTries = 50

func startDNS(t testing.TB) *dnsServer {
	t.Helper()
	s := &dnsServer{names: map[string]Reply{}, asked: map[string]int{}}
	pc, l := listenBoth(t)
	s.addr = pc.LocalAddr().String()
	var wg sync.WaitGroup
	udp := &dns.Server{PacketConn: pc, Handler: s}
	tcp := &dns.Server{Listener: l, Handler: s}
	for _, srv := range []*dns.Server{udp, tcp} {
		started := make(chan struct{})
		srv.NotifyStartedFunc = func() { close(started) }
		wg.Go(func() { _ = srv.ActivateAndServe() })
		<-started
	}
	t.Cleanup(func() {
		_ = udp.Shutdown()
		_ = tcp.Shutdown()
		wg.Wait()
	})
	return s
}

// listenBoth binds one free port for UDP and TCP.
func listenBoth(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	var last error
	for range portTries {
		pc, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatalf("listen for DNS: %v", err)
		}
		l, err := net.Listen("tcp", pc.LocalAddr().String())
		if err == nil {
			return pc, l
		}
		last = err
		_ = pc.Close()
	}
	t.Fatalf("no port is free for both UDP and TCP: %v", last)
	return nil, nil
}

// DNS returns the URL of the network's DNS server, "udp://127.0.0.1:port". It
// listens on TCP at the same port.
func (n *Net) DNS() string { return "udp://" + n.dns.addr }

// Answer makes the DNS server answer name as r says, from now on. Names of
// origins are registered by themselves.
func (n *Net) Answer(name string, r Reply) {
	n.dns.mu.Lock()
	defer n.dns.mu.Unlock()
	n.dns.names[canonical(name)] = r
}

// Asked returns how many questions about name, of any type, have come in.
func (n *Net) Asked(name string) int {
	n.dns.mu.Lock()
	defer n.dns.mu.Unlock()
	return n.dns.asked[canonical(name)]
}

// Ask sends the DNS server at addr a question for the address of name, over
// "udp" or "tcp", and returns the response code. It is for asking the servers
// that a test is about, not only the network's own.
func Ask(t testing.TB, network, addr, name string) int {
	t.Helper()
	c := dns.Client{Net: network}
	m, _, err := c.ExchangeContext(t.Context(), new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeA), addr)
	if err != nil {
		t.Fatalf("ask %s over %s for %q: %v", addr, network, name, err)
	}
	return m.Rcode
}

// Lookup asks the network's DNS server for the addresses of name over a real
// socket. IP literals are their own answer. A name that is not there gives a
// *net.DNSError with IsNotFound set.
func (n *Net) Lookup(ctx context.Context, name hostname.Name) ([]netip.Addr, error) {
	if addr, ok := name.Addr(); ok {
		return []netip.Addr{addr}, nil
	}
	r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, n.dns.addr)
	}}
	addrs, err := r.LookupNetIP(ctx, "ip", name.String()+".")
	for i, addr := range addrs {
		addrs[i] = addr.Unmap()
	}
	return addrs, err
}

// ServeDNS implements dns.Handler.
func (s *dnsServer) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg).SetReply(q)
	m.RecursionAvailable = true
	if len(q.Question) != 1 || !s.fill(m, q.Question[0]) {
		return
	}
	if _, udp := w.LocalAddr().(*net.UDPAddr); udp {
		m.Truncate(udpSize(q))
	}
	_ = w.WriteMsg(m)
}

// fill answers question into m; it reports whether an answer is to be sent.
func (s *dnsServer) fill(m *dns.Msg, question dns.Question) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := canonical(question.Name)
	s.asked[name]++
	for range len(s.names) + 1 { // an alias loop ends here
		reply, ok := s.names[name]
		switch {
		case !ok:
			m.Rcode = dns.RcodeNameError
			return true
		case reply.Silent:
			return false
		case reply.Rcode != dns.RcodeSuccess:
			m.Rcode = reply.Rcode
			return true
		}
		m.Answer = append(m.Answer, reply.records(name, question.Qtype)...)
		if reply.CNAME == "" {
			return true
		}
		name = canonical(reply.CNAME)
	}
	m.Rcode = dns.RcodeServerFailure
	return true
}

// records returns what r holds of type qtype, and the alias whatever the type.
func (r Reply) records(name string, qtype uint16) []dns.RR {
	var rrs []dns.RR
	head := dns.RR_Header{Name: dns.Fqdn(name), Class: dns.ClassINET, Ttl: 60}
	if r.CNAME != "" {
		head.Rrtype = dns.TypeCNAME
		return append(rrs, &dns.CNAME{Hdr: head, Target: dns.Fqdn(r.CNAME)})
	}
	addrs := r.Addrs
	if len(addrs) == 0 {
		addrs = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	for _, addr := range addrs {
		head.Rrtype = dns.TypeA
		if addr.Is6() {
			head.Rrtype = dns.TypeAAAA
		}
		switch {
		case head.Rrtype != qtype:
		case addr.Is6():
			rrs = append(rrs, &dns.AAAA{Hdr: head, AAAA: addr.AsSlice()})
		default:
			rrs = append(rrs, &dns.A{Hdr: head, A: addr.AsSlice()})
		}
	}
	for _, line := range r.Records {
		rr, err := dns.NewRR(line)
		if err != nil {
			panic(fmt.Sprintf("labnet: record %q: %v", line, err))
		}
		if rr != nil && rr.Header().Rrtype == qtype {
			rrs = append(rrs, rr)
		}
	}
	return rrs
}

// udpSize is the answer size that q allows for.
func udpSize(q *dns.Msg) int {
	if opt := q.IsEdns0(); opt != nil && opt.UDPSize() > dns.MinMsgSize {
		return int(opt.UDPSize())
	}
	return dns.MinMsgSize
}

func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
