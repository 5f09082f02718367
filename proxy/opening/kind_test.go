package opening

import (
	"strings"
	"testing"
)

func TestHP36OpeningOf(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxFirstLine)
	for said, want := range map[string]Kind{
		"NICK me\r\n":                          Other,
		"CAP LS 302\r\nNICK me\r\n":            Other,
		"EHLO mail.labnet.example\r\n":         Other,
		"SSH-2.0-OpenSSH_9.9\r\n":              Other,
		"a001 LOGIN x y\r\n":                   Other,
		"AMQP\x00\x00\x09\x01":                 Other,
		"USER me 0 * :/ is my name\r\n":        Other,
		"QUIT\n":                               Other,
		"NICK":                                 Unclear,
		"EHLO mail":                            Unclear,
		"GET":                                  Unclear,
		"GET ":                                 Web,
		"GET /login?password=x\r\n":            Web,
		"get\t/\r\n":                           Web,
		"GET\x0b/\r\n":                         Web,
		"POST\x00/\r\n":                        Web,
		"POST\r\n":                             Web,
		"Options * RTSP/1.0\r\n":               Web,
		"PRI * HT":                             Web,
		"VERSION-CONTROL x\r\n":                Web,
		"FROB / HTTP/1.1\r\n":                  Web,
		"FROB / http/1.1\r\n":                  Web,
		"FROB /login\r\n":                      Web,
		"FROB1 \t /login\r\n":                  Web,
		"FROB https://shop.example/\r\n":       Web,
		"NICK me\r\nPOST / HTTP/1.1\r\n":       Web,
		long:                                   Web,
		"NICK " + long:                         Web,
		"NICK " + long[:maxFirstLine/2]:        Unclear,
		"FROB" + long[:20] + " \x00 HTTP/1":    Web,
		"gemini://labnet.example/\r\n":         Web,
		"46 <34>1 2026-11-26T06:00:00Z host -": Unclear, // syslog (RFC 5425)
		"59 <34>1 - host - - - GET / HTTP/1.1 200": Web,
	} {
		if got := of([]byte(said)); got != want {
			t.Errorf("of(%.60q) = %d; want %d", said, got, want)
		}
	}
}

// FuzzOpeningOf: what is a request for net/http's reader is one here, and more bytes
// never make another answer of one that was given, except towards judging.
func FuzzOpeningOf(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), 3)
	f.Add([]byte("NICK me\r\n"), 5)
	f.Add([]byte("\x00\x03\x00\x08\x21\x12\xa4\x42 GET / HTTP/1.1\r\n"), 8)
	f.Fuzz(func(t *testing.T, said []byte, n int) {
		if len(said) == 0 || !isLetter(said[0]) || n < 1 || n > len(said) {
			return
		}
		before, after := of(said[:n]), of(said)
		if before == Web && after != Web {
			t.Errorf("%q is a request, and with %q none", said[:n], said[n:])
		}
		line, _, whole := strings.Cut(string(said), "\n")
		if _, rest, ok := strings.Cut(line, " "); whole && ok && strings.Contains(rest, " HTTP/1.") && after != Web {
			t.Errorf("%q is a request line", line)
		}
	})
}
