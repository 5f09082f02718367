// Dnsstub answers DNS questions for measurements: every A question with
// 192.0.2.1, every other with the SOA that says there is no data, and the names
// under "miss." only after the delay. It is the upstream that resolvers are
// compared on. It runs as a process of its own, so that its cost is nobody
// else's, and makes its answers by hand and in batches, so that this cost is
// low: it has the processors from those that are measured.
//
// It listens on the UDP address of -listen until it is told to stop, or for an
// hour at most. With -ask it is the other side, a client of DNS over HTTPS; with
// -doh a server of that which knows one answer; and with -until it waits for a
// server to come up.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"time"
)

// readBuffer holds the questions of a burst while the machine is busy: what is
// lost here would be measured as the resolver's.
const readBuffer = 4 << 20

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "UDP `address` to listen on")
	delay := flag.Duration("delay", 5*time.Millisecond, "how late names under miss. are answered")
	ask := flag.String("ask", "", "DNS over HTTPS `URL` to ask instead, for names in the file given")
	doh := flag.String("doh", "", "`address` to answer DNS over HTTPS at instead, with the files -cert and -key")
	cert := flag.String("cert", "", "certificate in PEM form")
	key := flag.String("key", "", "its key")
	until := flag.String("until", "", "UDP `address` that is to be asked instead until it answers")
	span := flag.Duration("for", 3*time.Second, "how long to ask")
	flag.Parse()
	err := error(nil)
	switch {
	case *ask != "":
		err = askDoH(*ask, flag.Arg(0), *span)
	case *doh != "":
		err = serveBare(*doh, *cert, *key)
	case *until != "":
		err = ready(*until, *span)
	default:
		err = run(*listen, *delay)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dnsstub:", err)
		os.Exit(1)
	}
}

func run(listen string, delay time.Duration) error {
	conn, err := net.ListenPacket("udp4", listen)
	if err != nil {
		return err
	}
	udp := conn.(*net.UDPConn)
	_ = udp.SetReadBuffer(readBuffer) // the system may give less
	fmt.Println(conn.LocalAddr())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Hour):
		}
		_ = conn.Close()
	}()
	return serve(udp, delay)
}
