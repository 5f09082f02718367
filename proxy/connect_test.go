package proxy_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
	"sekisho/proxy"
)

// TestAC11Ports is AC-11: ports that are not listed are refused, whatever the name.
func TestAC11Ports(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Ports = []uint16{80, 443, 8080, 8443} })
	l.Answer(shop, labnet.Reply{})
	l.Answer(genuine, labnet.Reply{})
	for _, host := range []string{shop, genuine, "127.0.0.1"} {
		for _, port := range []int{22, 25, 445, 3389, 6379, 1, 65535} {
			a := l.connectAnswer(t, fmt.Sprintf("%s:%d", host, port))
			if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Error") != string(interstitial.CodePort) {
				t.Errorf("AC-11: CONNECT %s:%d = %d %q; want 403, port-refused", host, port, a.StatusCode, a.Header.Get("Sekisho-Error"))
			}
		}
	}
	a := l.send(t, "GET http://"+shop+":25/ HTTP/1.1\r\nHost: "+shop+"\r\n\r\n")
	if a.StatusCode != http.StatusForbidden {
		t.Errorf("AC-11: GET at port 25 = %d; want 403", a.StatusCode)
	}
}

// TestCasesMalformedConnect is AC-13 and the NE rows about what no authority is.
func TestCasesMalformedConnect(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, tt := range []struct{ id, target string }{
		{"AC-13 no port", shop},
		{"AC-13 no host", ":443"},
		{"AC-13 port too large", shop + ":99999"},
		{"AC-13 port zero", shop + ":0"},
		{"AC-13 path", "/path"},
		{"AC-13 URL", "https://" + shop + ":443/"},
		{"AC-13 userinfo", "user@" + shop + ":443"},
		{"AC-13 letters as port", shop + ":https"},
		{"AC-13 two ports", shop + ":443:443"},
		{"AC-13 star", "*"},
		{"AC-13 negative", shop + ":-1"},
		{"NE-10 zone", "[fe80::1%25eth0]:443"},
		{"NE-10 brackets around a name", "[" + shop + "]:443"},
		{"NE-10 open bracket", "[::1:443"},
		{"NE-04 userinfo", "amazon.co.jp@" + lookalike + ":443"},
		{"NE-06 decodes to ASCII", "xn--abc-.example:443"},
		{"NE-11 backslash", "a\\b.example:443"},
		{"NE-11 tab", "a\tb.example:443"},
		{"NE-11 NUL", "a\x00b.example:443"},
		{"NE-12 long label", strings.Repeat("a", 64) + ".example:443"},
		{"NE-12 long name", strings.Repeat("a.", 127) + "example:443"},
		{"NE-12 empty label", "a..example:443"},
		{"NE-12 leading dot", ".example:443"},
	} {
		t.Run(tt.id, func(t *testing.T) {
			a := l.send(t, "CONNECT "+tt.target+" HTTP/1.1\r\nHost: "+shop+"\r\n\r\n")
			if a.StatusCode != http.StatusBadRequest {
				t.Errorf("CONNECT %q = %d; want 400", tt.target, a.StatusCode)
			}
			if strings.Contains(a.body, "amazon.co.jp@") {
				t.Errorf("the answer repeats the target: %q", a.body)
			}
		})
	}
}

// TestCasesSpellings: every spelling of a blocked name has the same verdict (NE-01 to
// NE-09), and that of an ordinary one leads to the same origin.
func TestCasesSpellings(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) {
		o.Settings.Policy = policy("block", "listed.labnet.example", "block", "192.0.2.7")
	})
	for _, tt := range []struct{ id, authority string }{
		{"NE-01", "LISTED.Labnet.EXAMPLE:443"},
		{"NE-02", "listed.labnet.example.:443"},
		{"NE-03", "listed.labnet.example:0443"},
		{"NE-05 A-label", "xn--mazon-3ve.example:443"},
		{"NE-05 U-label", "аmazon.example:443"}, // the first letter is Cyrillic
		{"NE-19 no boundary", "notamazon.co.jp:443"},
		{"NE-19 below another name", "amazon.co.jp.evil.example:443"},
		{"NE-07 dots", "listed。labnet．example:443"},
		{"NE-07 full width", "ｌｉｓｔｅｄ.labnet.example:443"},
		{"NE-07 soft hyphen", "lis\u00adted.labnet.example:443"},
		{"NE-08", "%6cisted.labnet.example:443"},
		{"NE-09 dotted", "192.0.2.7:443"},
		{"NE-09 dword", "3221225991:443"},
		{"NE-09 hex", "0xc0.0.2.0x7:443"},
		{"NE-09 octal", "0300.0.02.07:443"},
		{"NE-09 mapped", "[::ffff:192.0.2.7]:443"},
		{"NE-18 below", "www.listed.labnet.example:443"},
	} {
		t.Run(tt.id+" "+tt.authority, func(t *testing.T) {
			if ascii(tt.authority) && !strings.Contains(tt.authority, "%") { // else 400 from net/http
				c := tlsClient(l.connect(t, tt.authority), l.noName())
				a := exchange(t, c, "GET / HTTP/1.1\r\nHost: "+tt.authority+"\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n")
				if a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Incident") == "" {
					t.Errorf("answer = %d; want 403 with an incident", a.StatusCode)
				}
			}
			a := l.send(t, "GET http://"+strings.TrimSuffix(tt.authority, ":443")+"/ HTTP/1.1\r\nHost: x\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n")
			if tt.id == "NE-08" && a.StatusCode == http.StatusBadRequest {
				return
			}
			if tt.id != "NE-03" && (a.StatusCode != http.StatusForbidden || a.Header.Get("Sekisho-Incident") == "") {
				t.Errorf("plain answer = %d; want 403 with an incident", a.StatusCode)
			}
		})
	}
}

// ascii reports whether net/http takes s in a request line.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
