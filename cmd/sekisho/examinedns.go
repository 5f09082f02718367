package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"sekisho/config"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/rules"
)

// outside is a name that exists for good (RFC 2606) and tells nobody anything.
const outside = "example.com"

// imitations are names that a resolver of sekisho's has to refuse; the first that
// the policy blocks is asked for. None is registered. The journal takes the first for
// the exercise it is.
var imitations = []string{
	journal.Rehearsal, "sellercentral-amazon-co-jp.example", "amazon.co.jp.signin.example", "amazon-signin.example", "arnazon.co.jp",
}

// examineResolver asks the running resolver for a name it answers by itself and
// for one that it has to refuse.
func examineResolver(ctx context.Context, p *patient) []finding {
	const check = "resolver"
	if p.running == nil || p.running.DNS == "" {
		return nil
	}
	mend := p.restart()
	a, err := askDNS(ctx, p.running.DNS, "localhost")
	switch {
	case err != nil:
		return []finding{{check, fail, p.say("no answer: %v", "応答がありません: %v", err), mend}}
	case a.rcode == dnsmessage.RCodeRefused:
		return []finding{{check, fail, p.say("refuses this computer", "このパソコンからの問い合わせを拒否します"), p.say("add 127.0.0.0/8 to access.clients", "access.clients に 127.0.0.0/8 を加えてください")}}
	case !slices.ContainsFunc(a.addrs, netip.Addr.IsLoopback):
		return []finding{{check, fail, p.say("does not know localhost: %v", "localhost を答えません: %v", a.rcode), mend}}
	}
	bad := p.blockedName()
	if bad == "" {
		return []finding{{check, ok, p.say("answers", "応答します"), ""}}
	}
	a, err = askDNS(ctx, p.running.DNS, bad)
	switch {
	case err != nil:
		return []finding{{check, fail, p.say("no answer: %v", "応答がありません: %v", err), mend}}
	case p.config.Mode == config.Observe:
		return []finding{{check, warn, p.say("answers; mode observe stops nothing", "応答します。モード observe では何も止めません"), p.say("set mode: enforce", "mode: enforce に設定してください")}}
	case a.rcode != dnsmessage.RCodeNameError:
		return []finding{{check, fail, p.say("does not stop %s: %v", "%s を止めません: %v", bad, a.rcode), mend}}
	}
	return []finding{{check, ok, p.say("answers, and stops %s", "応答し、%s を止めます", bad), ""}}
}

// blockedName returns a name that the policy blocks, or "".
func (p *patient) blockedName() string {
	for _, s := range imitations {
		n, err := hostname.Parse(s)
		if err == nil && p.loaded.Policy.Decide(n).Action == rules.Block {
			return s
		}
	}
	return ""
}

// examineUpstream asks the running resolver for a name outside.
func examineUpstream(ctx context.Context, p *patient) []finding {
	const check = "upstream DNS"
	if p.running == nil || p.running.DNS == "" {
		return nil
	}
	a, err := askDNS(ctx, p.running.DNS, outside)
	switch {
	case err != nil:
		return []finding{{check, fail, p.say("no answer: %v", "応答がありません: %v", err), p.restart()}}
	case a.rcode != dnsmessage.RCodeSuccess:
		return []finding{{check, warn, p.say("%s cannot be resolved (%v): is the network up?", "%s を調べられません (%v)。ネットワークはつながっていますか", outside, a.rcode), p.say("set resolver.upstreams to servers that answer here", "resolver.upstreams に、ここから応答するサーバーを設定してください")}}
	}
	return []finding{{check, ok, p.say("%s resolves", "%s を調べられます", outside), ""}}
}

// dnsAnswer is what a resolver said about the addresses of a name.
type dnsAnswer struct {
	rcode dnsmessage.RCode
	addrs []netip.Addr
	// authority is the server named by the SOA of a denial, or "".
	authority string
}

// dnsTimeout is above the 4.5 s within which the resolver promises an answer.
const dnsTimeout = 5 * time.Second

// askDNS asks server for the IPv4 addresses of name over UDP. The system's resolver
// is of no use here: it reads its hosts file first and may ask others.
func askDNS(ctx context.Context, server, name string) (dnsAnswer, error) {
	query, id, err := dnsQuery(name)
	if err != nil {
		return dnsAnswer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", reachable(server))
	if err != nil {
		return dnsAnswer{}, err
	}
	defer func() { _ = conn.Close() }() // a datagram socket has nothing to lose
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return dnsAnswer{}, err
	}
	if _, err := conn.Write(query); err != nil {
		return dnsAnswer{}, err
	}
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		return dnsAnswer{}, err
	}
	return parseAnswer(buf[:n], id)
}

func dnsQuery(name string) (wire []byte, id uint16, err error) {
	n, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return nil, 0, err
	}
	var random [2]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	id = binary.BigEndian.Uint16(random[:])
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: n, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	wire, err = m.Pack()
	return wire, id, err
}

func parseAnswer(wire []byte, id uint16) (dnsAnswer, error) {
	var m dnsmessage.Message
	if err := m.Unpack(wire); err != nil {
		return dnsAnswer{}, fmt.Errorf("malformed answer: %w", err)
	}
	if m.ID != id || !m.Response {
		return dnsAnswer{}, errors.New("the answer is to another question")
	}
	a := dnsAnswer{rcode: m.RCode}
	for _, r := range m.Answers {
		if r, ok := r.Body.(*dnsmessage.AResource); ok {
			a.addrs = append(a.addrs, netip.AddrFrom4(r.A))
		}
	}
	for _, r := range m.Authorities {
		if r, ok := r.Body.(*dnsmessage.SOAResource); ok {
			a.authority = r.NS.String()
		}
	}
	return a, nil
}
