package opening

import (
	"strings"
	"testing"
)

// requests are first lines that some server or other takes for a request: net/http any
// token as method, Python's http.server what str.split makes three words of.
var requests = []string{
	"POST /s HTTP/1.1\r\n", "post /s HTTP/1.1\r\n", "pOsT /s HTTP/1.1\r\n", "P0ST /s HTTP/1.1\r\n", "MKCOL2 /s HTTP/1.1\r\n",
	"A_B /s HTTP/1.1\r\n", "X.Y /s HTTP/1.1\r\n", "M-1 /s HTTP/1.1\r\n", "X /s\n", "M-SEARCH * HTTP/1.1\r\n",
	"1POST /s HTTP/1.1\r\n", "!POST /s HTTP/1.1\r\n", "_POST * http/1.0\r\n", "-POST /s HTTP/1.1\r\n", "\"POST\" /s HTTP/1.1\r\n",
	"VERYLONGMETHODNAMEOVER24LETTERS /s HTTP/1.1\r\n", strings.Repeat("A", 600) + " /s HTTP/1.1\r\n",
	strings.Repeat("1", 33) + " /s HTTP/1.1\r\n", strings.Repeat("-", 400) + " /s HTTP/1.1\r\n", "\v" + strings.Repeat("A", 40) + " /s HTTP/1.1\r\n", "_" + strings.Repeat("a", 60) + "\t/s\tHTTP/1.1\r\n",
	"1POST /" + strings.Repeat("a", 600) + " HTTP/1.1\r\n", "FROB https://shop.example/s\r\n",
	"POST\t/s\tHTTP/1.1\r\n", "FROB\v/s\fHTTP/1.1\r\n", "FROB\x1cs\x1fHTTP/1.1\r\n", "FROB\x85/s\xa0HTTP/1.1\r\n", "1X\xa0/s\x85HTTP/1.1\r\n",
	"POST\r\n", "POST:/s HTTP/1.1\r\n", "POST\x00/s\r\n", "get /?password=x\n", "FROB x\x01 HTTP/1.1\r\n",
	"\r\nPOST /s HTTP/1.1\r\n", " POST x\r\n", "\t\n1POST /s HTTP/1.1\r\n", "\vPOST /s HTTP/1.1\r\n", "\fpost /s\r\n", "\x1cFROB /s\r\n",
	"\x1d\x1e\x1fFROB s HTTP/1.1\r\n", "\x85POST /s HTTP/1.1\r\n", "\xa0 \vX /s HTTP/1.1\r\n", "\x00POST /s HTTP/1.1\r\n",
	"\x00\x00\r\nget /s\r\n", "\x00\x00!POST\x1c/s\xa0HTTP/1.2\r\n", "\x00FROB * HTTP/1.1\r\n", "\xef\xbb\xbfPOST /s HTTP/1.1\r\n", "\xef\xbb\xbf\xef\xbb\xbf \xa0POST /s HTTP/1.1\r\n", "CONNECT x:1 HTTP/1.1\r\n",
}

// others are what clients of other protocols say first, each as long as it waits for
// an answer then.
var others = map[string]string{
	"MySQL": "\x20\x00\x00\x01\x85\xa6\xff\x01", "MySQL, a letter": "U\x00\x00\x01\x85\xa6\xff\x01", "PostgreSQL": "\x00\x00\x00\x20\x00\x03\x00\x00user\x00post\x00",
	"PostgreSQL, a letter": "\x00\x00\x00P\x00\x03\x00\x00user\x00get /\x00", "PostgreSQL over TLS": "\x00\x00\x00\x08\x04\xd2\x16\x2f",
	"Minecraft": "\x10\x00\xff\x05\x09localhost\x63\xdd\x01\x01\x00", "Minecraft 1.8": "\x0a\x00\x2f\x03abc\x63\xdd\x01", "Minecraft, a blank": "\x20\x00\x2f\x19abcdefghijklmnopqrstuvwxy\x63\xdd\x02",
	"Minecraft, path-like": "#\x00\x2f\x1cabcdefghijklmnopqrstuvwxyz12\x63\xdd\x01", "Minecraft, old": "\xfe\x01",
	"Minecraft, like an alert": "\x15\x00\xff\x05\x0emc.labnet.xample\x63\xdd\x02", "Minecraft 1.8, like an alert": "\x15\x00\x2f\x0fmc.labnet.xample\x63\xdd\x02",
	"Thrift": "\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x00\x00", "Thrift, compact": "\x82\x21\x01\x03add\x15\x02\x15\x04\x00",
	"protobuf": "\n\x05hello\x12\x02ab", "protobuf, a blank in it": "\n\x0bhello world\x12\x02ab", "protobuf, delimited": "U\n\x05hello", "protobuf, a double": "U\t\x9a\x99\x99\x99\x99\x99\xb9\x3f",
	"MQTT": "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00", "SSH": "SSH-2.0-OpenSSH_9.9\r\n", "SMTP": "EHLO mail.labnet.example\r\n", "IRC": "NICK me\r\n",
	"IRC, a service": ":irc.labnet.example NICK me\r\n", "NATS, a ping": "PING\r\n", "STOMP": "CONNECT\naccept-version:1.2\n\n\x00", "STOMP behind CR LF": "CONNECT\r\nhost:x\r\n\r\n\x00", "STOMP 1.2": "STOMP\naccept-version:1.2\n\n\x00",
	"PROXY v1": "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "PROXY v2": "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c",
	"Git": "0033git-upload-pack /project.git\x00host=shop.example\x00", "Gearman": "\x00REQ\x00\x00\x00\x09\x00\x00\x00\x00", "Redis": "*1\r\n$4\r\nPING\r\n",
	"AMQP": "AMQP\x00\x00\x09\x01", "LDAP": "0\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00", "DNS": "\x00\x1dAB\x01\x20\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01",
	"Kafka": "\x00\x00\x00\x20\x00\x12\x00\x03\x00\x00\x00\x01\x00\x07console", "X11": "l\x00\x0b\x00\x00\x00", "HL7": "\x0bMSH|^~\\&|A|B\rEVN|A01\r\x1c\r",
	"XMPP": "<stream:stream to='shop.example' xmlns:stream='http://etherx.jabber.org/streams'>", "JSON": `{"id": 1, "method": "login"}`, "Telnet": "\xff\xfd\x03", "ISO 8583": "\x00A08008220000000000000040000000000000007261315050000001",
	"MongoDB": ">\x00\x00\x00A\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00", "FIX": "8=FIX.4.2\x019=5\x01", "FIX behind a sign": "=8=F\x01", "netstring": "5:hello,", "rsync": "@RSYNCD: 31.0\n",
	"RFB": "RFB 003.008\n", "IMAP": "a001 LOGIN x y\r\n", "IMAP, a number": "1 LOGIN x /y\r\n", "Gopher": "/index\tx\r\n", "whois": "shop.example\r\n", "finger": "me@shop.example\r\n", "number": "\n\x00",
}

// TestHP36FirstWords: nothing of a request is taken for another protocol, and nothing
// that waits for an answer is waited for or refused, wherever it is torn.
func TestHP36FirstWords(t *testing.T) {
	t.Parallel()
	for _, said := range requests {
		for n := 1; n <= len(said); n++ {
			if got := of([]byte(said[:n])); got == Other || got == Unclear && n == len(said) {
				t.Errorf("of(%.60q) = %d; want a request", said[:n], got)
			}
		}
	}
	for name, said := range others {
		clear := false
		for n := 1; n <= len(said); n++ {
			got := of([]byte(said[:n]))
			if got == Web {
				t.Errorf("%s: of(%q) = %d; want another protocol", name, said[:n], got)
			}
			clear = clear || got == Other
		}
		if !clear || of([]byte(said)) != Other {
			t.Errorf("%s: of(%q) = %d; want another protocol", name, said, of([]byte(said)))
		}
		if got := behind([]byte(said)); got != Other {
			t.Errorf("%s: behind(%q) = %d; want another protocol", name, said, got)
		}
	}
}

// TestHP36BehindForm: what has the form of a request has it behind a banner as well.
func TestHP36BehindForm(t *testing.T) {
	t.Parallel()
	for _, said := range requests {
		if !strings.Contains(strings.ToUpper(said), "HTTP/") || len(said) > maxFirstLine || strings.HasPrefix(said, "POST:") {
			continue
		}
		for n := 1; n <= len(said); n++ {
			if got := behind([]byte(said[:n])); got == Other || got == Unclear && n == len(said) {
				t.Errorf("behind(%.60q) = %d; want a request", said[:n], got)
			}
		}
	}
}
