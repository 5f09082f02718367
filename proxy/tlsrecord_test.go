package proxy_test

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"sekisho/internal/labnet"
)

// TestHP36RecordBeforeHello is HP-36: a record that some servers pass over makes no
// other protocol of TLS: nothing of it leaves, whole or in pieces.
func TestHP36RecordBeforeHello(t *testing.T) {
	t.Parallel()
	l := start(t)
	heard := make(chan string, 64)
	o := l.Raw([]string{shop}, func(c net.Conn) {
		b := make([]byte, 512)
		n, _ := c.Read(b)
		heard <- string(b[:n])
	})
	echo := l.Raw([]string{shop}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	web := l.Origin([]string{shop}, labnet.Handler(), labnet.HTTP1Only())
	t.Run("records", func(t *testing.T) {
		for _, record := range []string{
			"\x15\x03\x01\x00\x02\x01\x5a", "\x15\x03\x03\x00\x02\x01\x00", "\x14\x03\x03\x00\x01\x01", "\x17\x03\x03\x00\x01x", "\x18\x03\x02\x00\x01x", "\x15\x03\x00\x00\x02\x01\x64",
			"\x15\x03\x05\x00\x02\x01\x5a", "\x15\x00\x00\x00\x02\x01\x5a", "\x15\x0f\xff\x00\x02\x01\x5a", // Go takes these as well
			"\x80\x2e\x01\x03\x03\x00\x15\x00\x00\x00\x10", // a hello, in the form of SSL 2
		} {
			for _, torn := range []int{0, 1, 2, 5} {
				t.Run(fmt.Sprintf("%q torn at %d", record, torn), func(t *testing.T) {
					t.Parallel()
					c := l.connect(t, authority(shop, o))
					_, _ = io.WriteString(c, record[:torn])
					time.Sleep(20 * time.Millisecond)
					_, _ = io.WriteString(c, record[torn:])
					_, _ = io.WriteString(c, "\x16\x03\x01\x02\x00\x01\x00")
					_ = c.SetReadDeadline(time.Now().Add(patience))
					if n, err := c.Read(make([]byte, 1)); n != 0 || isTimeout(err) {
						t.Errorf("%d, %v; want the end", n, err)
					}
				})
			}
		}
	})
	for len(heard) > 0 {
		if h := <-heard; h != "" {
			t.Errorf("the origin heard %q", h)
		}
	}
	for _, said := range []string{"\x15\x00\x00\x01abc", "\x17\x00\x08abc", "\x15\x00\xff\x05\x0emc", "\x80\x01\x00\x01\x00\x00", "\x18abc", "\x14"} { // lengths
		c := l.connect(t, authority(shop, echo))
		_, _ = io.WriteString(c, said)
		_ = bare(c).CloseWrite()
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if back, err := io.ReadAll(c); string(back) != said {
			t.Errorf("back came %q, %v; want %q", back, err, said)
		}
	}
	if c, err := l.offering(t, authority(shop, web), l.trusting(), "http/1.1"); err != nil || !l.ours(c.ConnectionState().PeerCertificates) {
		t.Errorf("an ordinary hello: %v", err)
	}
}
