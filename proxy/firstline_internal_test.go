package proxy

import (
	"strings"
	"testing"
)

func TestHP36OpeningOf(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxFirstLine)
	for said, want := range map[string]opening{
		"NICK me\r\n":                          openingOther,
		"CAP LS 302\r\nNICK me\r\n":            openingOther,
		"EHLO mail.labnet.example\r\n":         openingOther,
		"SSH-2.0-OpenSSH_9.9\r\n":              openingOther,
		"a001 LOGIN x y\r\n":                   openingOther,
		"AMQP\x00\x00\x09\x01":                 openingOther,
		"USER me 0 * :/ is my name\r\n":        openingOther,
		"QUIT\n":                               openingOther,
		"NICK":                                 openingUnclear,
		"EHLO mail":                            openingUnclear,
		"GET":                                  openingUnclear,
		"GET ":                                 openingWeb,
		"GET /login?password=x\r\n":            openingWeb,
		"get\t/\r\n":                           openingWeb,
		"GET\x0b/\r\n":                         openingWeb,
		"POST\x00/\r\n":                        openingWeb,
		"POST\r\n":                             openingWeb,
		"Options * RTSP/1.0\r\n":               openingWeb,
		"PRI * HT":                             openingWeb,
		"VERSION-CONTROL x\r\n":                openingWeb,
		"FROB / HTTP/1.1\r\n":                  openingWeb,
		"FROB / http/1.1\r\n":                  openingWeb,
		"FROB /login\r\n":                      openingWeb,
		"FROB1 \t /login\r\n":                  openingWeb,
		"FROB https://shop.example/\r\n":       openingWeb,
		"NICK me\r\nPOST / HTTP/1.1\r\n":       openingWeb,
		long:                                   openingWeb,
		"NICK " + long:                         openingWeb,
		"NICK " + long[:maxFirstLine/2]:        openingUnclear,
		"FROB" + long[:20] + " \x00 HTTP/1":    openingWeb,
		"gemini://labnet.example/\r\n":         openingWeb,
		"46 <34>1 2026-11-26T06:00:00Z host -": openingUnclear, // syslog (RFC 5425)
		"59 <34>1 - host - - - GET / HTTP/1.1 200": openingWeb,
	} {
		if got := openingOf([]byte(said)); got != want {
			t.Errorf("openingOf(%.60q) = %d; want %d", said, got, want)
		}
	}
}

// FuzzOpeningOf: what is a request for net/http's reader is one here, and more bytes
// never make another answer of one that was given, except towards judging.
func FuzzOpeningOf(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), 3)
	f.Add([]byte("NICK me\r\n"), 5)
	f.Fuzz(func(t *testing.T, said []byte, n int) {
		if len(said) == 0 || !isLetter(said[0]) || n < 1 || n > len(said) {
			return
		}
		before, after := openingOf(said[:n]), openingOf(said)
		if before == openingWeb && after != openingWeb {
			t.Errorf("%q is a request, and with %q none", said[:n], said[n:])
		}
		line, _, whole := strings.Cut(string(said), "\n")
		if _, rest, ok := strings.Cut(line, " "); whole && ok && strings.Contains(rest, " HTTP/1.") && after != openingWeb {
			t.Errorf("%q is a request line", line)
		}
	})
}
