package proxy_test

import (
	"bytes"
	"io"
	"testing"

	"sekisho/internal/labnet"
)

// TestCasesUnreadHello: a hello that crypto/tls does not read, such as one whose name ends
// in a dot, is refused by an alert: a browser tries again and again where the connection
// only ends.
func TestCasesUnreadHello(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	t.Run("NE-02 a dot in SNI", func(t *testing.T) {
		c := l.connect(t, authority(shop+".", o))
		hello := bytes.ReplaceAll(earlyFlight(t, shop+"x"), []byte(shop+"x"), []byte(shop+"."))
		if _, err := c.Write(hello); err != nil {
			t.Fatal(err)
		}
		alert := make([]byte, 7)
		if _, err := io.ReadFull(c, alert); err != nil || !bytes.Equal(alert, []byte{21, 3, 3, 0, 2, 2, 50}) {
			t.Errorf("answer %x, %v; want the alert decode_error", alert, err)
		}
	})
}
