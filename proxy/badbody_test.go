package proxy_test

import (
	"net/http"
	"testing"

	"sekisho/internal/labnet"
)

// TestMalformedBody: a body that is none is the client's fault, and said to be.
func TestMalformedBody(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	for _, chunk := range []string{"-1\r\n", "5\nhello\r\n", "zz\r\n", "ffffffffffffffffff\r\n"} {
		c := l.tunnel(t, authority(shop, o), l.trusting())
		a := exchange(t, c, "POST /upload HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\nTransfer-Encoding: chunked\r\n\r\n"+chunk)
		if a.StatusCode != http.StatusBadRequest || a.Header.Get("Sekisho-Error") != "bad-request" {
			t.Errorf("chunk %q: answer = %d %q; want 400, bad-request", chunk, a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
}
