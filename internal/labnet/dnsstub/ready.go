package main

import (
	"net"
	"time"

	"github.com/miekg/dns"
)

// ready returns once the server at addr answers, or fails after span.
func ready(addr string, span time.Duration) error {
	wire, err := new(dns.Msg).SetQuestion("localhost.", dns.TypeA).Pack()
	if err != nil {
		return err
	}
	for end := time.Now().Add(span); ; time.Sleep(2 * time.Millisecond) {
		if err = exchange(addr, wire); err == nil || time.Now().After(end) {
			return err
		}
	}
}

func exchange(addr string, wire []byte) error {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		return err
	}
	if _, err := conn.Write(wire); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, datagram))
	return err
}
