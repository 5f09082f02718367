// Dnsstub answers DNS questions for measurements: every A question with
// 192.0.2.1, every other with the SOA that says there is no data, and the names
// under "miss." only after the delay. It is the upstream that resolvers are compared on, and runs as a
// process of its own so that its cost is nobody's else.
//
// It listens on the UDP address of -listen until it is told to stop, or for an
// hour at most. With -ask it is the other side: a client of DNS over HTTPS.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// readBuffer holds the questions of a burst while the machine is busy: what is
// lost here would be measured as the resolver's.
const readBuffer = 4 << 20

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "UDP `address` to listen on")
	delay := flag.Duration("delay", 5*time.Millisecond, "how late names under miss. are answered")
	ask := flag.String("ask", "", "DNS over HTTPS `URL` to ask instead, for names in the file given")
	span := flag.Duration("for", 3*time.Second, "how long to ask")
	flag.Parse()
	err := error(nil)
	if *ask != "" {
		err = askDoH(*ask, flag.Arg(0), *span)
	} else {
		err = run(*listen, *delay)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dnsstub:", err)
		os.Exit(1)
	}
}

func run(listen string, delay time.Duration) error {
	conn, err := net.ListenPacket("udp", listen)
	if err != nil {
		return err
	}
	_ = conn.(*net.UDPConn).SetReadBuffer(readBuffer) // the system may give less
	fmt.Println(conn.LocalAddr())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &dns.Server{PacketConn: conn, Handler: stub{delay}}
	go func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Hour):
		}
		_ = server.Shutdown()
	}()
	return server.ActivateAndServe()
}

type stub struct{ delay time.Duration }

// ServeDNS implements [dns.Handler].
func (s stub) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg).SetReply(q)
	if len(q.Question) == 1 {
		name := q.Question[0].Name
		if strings.HasSuffix(strings.ToLower(name), ".miss.") {
			time.Sleep(s.delay)
		}
		m.Compress = true
		m.Ns = []dns.RR{&dns.SOA{
			Hdr: dns.RR_Header{Name: name[strings.Index(name, ".")+1:], Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 900},
			Ns:  "ns." + name, Mbox: "who." + name, Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: 900,
		}}
		if q.Question[0].Qtype == dns.TypeA {
			m.Ns = nil
			m.Answer = []dns.RR{&dns.A{
				Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 86400},
				A:   net.IPv4(192, 0, 2, 1),
			}}
		}
	}
	_ = w.WriteMsg(m) // an asker that is gone is no loss
}
