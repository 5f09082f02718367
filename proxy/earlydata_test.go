package proxy_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"net"
	"testing"

	"sekisho/internal/labnet"
)

// earlyFlight is the first flight of a client that holds a ticket of host's own server,
// with data ahead (RFC 8446, section 4.2.10).
func earlyFlight(t *testing.T, host string) []byte {
	t.Helper()
	near, far := net.Pipe()
	go func() {
		_ = tls.Client(near, &tls.Config{ServerName: host, NextProtos: []string{"h2"}, InsecureSkipVerify: true}).Handshake()
	}()
	hello := make([]byte, 16<<10)
	n, err := far.Read(hello)
	if err != nil {
		t.Fatal(err)
	}
	_ = far.Close()
	hello = append(hello[:n:n], 0, extEarlyData, 0, 0)
	at := 5 + 4 + 2 + 32
	at += 1 + int(hello[at])
	at += 2 + int(binary.BigEndian.Uint16(hello[at:]))
	at += 1 + int(hello[at])
	for _, length := range []int{3, 7, at} { // the record's, the message's, the extensions'
		binary.BigEndian.PutUint16(hello[length:], binary.BigEndian.Uint16(hello[length:])+4)
	}
	data := append([]byte{23, 3, 3, 1, 0}, make([]byte, 256)...)
	return append(hello, data...)
}

// TestCasesEarlyData: browsers that send data ahead come again without it when they are
// answered by TLS 1.2, and tell people of an error when they are answered by an alert.
func TestCasesEarlyData(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	for id, target := range map[string]string{"TP-13 data ahead": authority(shop, o), "TP-13 data ahead, held": lookalike + ":443"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			host, _, _ := net.SplitHostPort(target)
			c := l.connect(t, target)
			if _, err := c.Write(earlyFlight(t, host)); err != nil {
				t.Fatal(err)
			}
			msg, err := readHandshake(c)
			if err != nil || msg[0] != 2 {
				t.Fatalf("answer %x, %v; want a ServerHello", msg, err)
			}
			versions := []byte{0, extVersions, 0, 2, 3, 4}
			if !bytes.Equal(msg[4:6], []byte{3, 3}) || bytes.Contains(msg, versions) {
				t.Errorf("ServerHello %x; want one of TLS 1.2", msg)
			}
		})
	}
}
