package hostname

import (
	"errors"
	"testing"
	"unsafe"
)

func TestCasesAuthority(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		id, in, want string
		port         uint16
	}{
		{"NE-03/port", "amazon.co.jp:443", "amazon.co.jp", 443},
		{"NE-03/leading zero", "amazon.co.jp:0443", "amazon.co.jp", 443},
		{"NE-03/many zeros", "amazon.co.jp:0000000000000000443", "amazon.co.jp", 443},
		{"NE-03/empty port", "amazon.co.jp:", "amazon.co.jp", 0},
		{"NE-03/no port", "amazon.co.jp", "amazon.co.jp", 0},
		{"NE-03/largest", "amazon.co.jp:65535", "amazon.co.jp", 65535},
		{"CL-13", "アマゾン.jp:443", "xn--cckwcxetd.jp", 443},
		{"CL-14/IPv4", "127.0.0.1:80", "127.0.0.1", 80},
		{"CL-14/IPv6", "[::1]:8443", "::1", 8443},
		{"CL-14/IPv6 alone", "[::1]", "::1", 0},
		{"CL-14/IPv6 empty port", "[::1]:", "::1", 0},
		{"CL-14/mapped", "[::ffff:127.0.0.1]:80", "127.0.0.1", 80},
		{"CL-15", "Sellercentral.Amazon.CO.JP.:443", "sellercentral.amazon.co.jp", 443},
		{"AC-04/dword", "2130706433:80", "127.0.0.1", 80},
		{"AC-04/nothing", "0:80", "0.0.0.0", 80},
		{"NE-08", "%61mazon.co.jp:443", "amazon.co.jp", 443},
	} {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			n, port, err := ParseAuthority(test.in)
			if err != nil || n.String() != test.want || port != test.port {
				t.Errorf("ParseAuthority(%q) = %q, %d, %v; want %q, %d", test.in, n, port, err, test.want, test.port)
			}
			// Without leading zeros and the like, it is what HostPort writes.
			if again, p, err := ParseAuthority(n.HostPort(443)); err != nil || again != n || p != 443 {
				t.Errorf("ParseAuthority(%q) = %q, %d, %v; want %q, 443", n.HostPort(443), again, p, err, n)
			}
		})
	}
}

func TestCasesAuthorityRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ id, in string }{
		{"AC-13/empty", ""},
		{"AC-13/no host", ":443"},
		{"AC-13/port above 65535", "amazon.com:99999"},
		{"AC-13/port wraps at 64 bits", "amazon.com:18446744073709552059"},
		{"AC-13/path", "/path"},
		{"AC-13/path after", "amazon.com:443/"},
		{"AC-13/userinfo", "user@amazon.com:443"},
		{"AC-13/userinfo with port", "amazon.com:443@evil.example:443"},
		{"AC-13/zone", "[fe80::1%eth0]:443"},
		{"AC-13/URL", "https://amazon.com"},
		{"NE-10/name in brackets", "[evil.example]:443"},
		{"NE-10/no brackets", "::1"},
		{"NE-10/no brackets, port", "::1:443"},
		{"NE-10/text after", "[::1]x:443"},
		{"NE-10/text before", "x[::1]:443"},
		{"NE-11/space", "amazon.com :443"},
		{"NE-11/space in port", "amazon.com: 443"},
		{"NE-11/newline", "amazon.com:443\n"},
		{"NE-11/header", "amazon.com:443\r\nX: y"},
		{"port zero", "amazon.com:0"},
		{"port zeros", "amazon.com:000"},
		{"port signed", "amazon.com:+443"},
		{"port hexadecimal", "amazon.com:0x1bb"},
		{"port full-width", "amazon.com:４４３"},
		{"two ports", "amazon.com:443:80"},
		{"two ports, empty", "amazon.com::"},
		{"encoded colon", "amazon.com%3A443"},
	} {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			n, port, err := ParseAuthority(test.in)
			if !errors.Is(err, ErrInvalid) || !n.IsZero() || port != 0 {
				t.Errorf("ParseAuthority(%q) = %q, %d, %v; want an error", test.in, n, port, err)
			}
		})
	}
}

func TestCasesInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ id, in, want string }{
		{"name", "amozon-seller.example", "amozon-seller.example"},
		{"host and port", "amozon.example:8443", "amozon.example"},
		{"URL", "https://amozon-seller.example/x", "amozon-seller.example"},
		{"URL with everything", "HTTPS://u:p@Amozon.Example:8443/a/b?c=d@e#f", "amozon.example"},
		{"other scheme", "hxxps+x://evil.example/a", "evil.example"},
		{"file server", "file://Server/share", "server"},
		{"no scheme, path", "evil.example/https://amazon.co.jp", "evil.example"},
		{"no scheme, slashes", "//evil.example/x", "evil.example"},
		{"question ends it", "https://evil.example?@amazon.co.jp", "evil.example"},
		{"fragment ends it", "https://evil.example#@amazon.co.jp", "evil.example"},
		{"backslash ends it", `https://evil.example\@amazon.co.jp`, "evil.example"},
		{"backslash, no scheme", `evil.example\@amazon.co.jp`, "evil.example"},
		{"backslashes for slashes", `https:\\evil.example\amazon.co.jp`, "evil.example"},
		{"one slash", "https:/evil.example/", "evil.example"},
		{"no slash", "https:evil.example", "evil.example"},
		{"many slashes", "https://///evil.example/", "evil.example"},
		{"NE-04", "http://amazon.co.jp@evil.example/", "evil.example"},
		{"NE-04/password", "http://amazon.co.jp:443@evil.example/", "evil.example"},
		{"NE-04/last at sign", "http://a@amazon.co.jp@evil.example/", "evil.example"},
		{"NE-04/encoded at sign", "http://amazon.co.jp%40x@evil.example/", "evil.example"},
		{"NE-04/mail", "mailto:someone@evil.example", "evil.example"},
		{"NE-09", "http://0x7f.1:8080/", "127.0.0.1"},
		{"NE-09/bare IPv6", "2001:db8::1", "2001:db8::1"},
		{"NE-09/IPv6", "https://[2001:db8::1]:443/", "2001:db8::1"},
		{"NE-07", "https://ａｍａｚｏｎ。ｃｏ。ｊｐ/", "amazon.co.jp"},
		{"NE-07/all of it", "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ：４４３／ａ？ｂ", "evil.example"},
		{"NE-07/scheme alone", "ｈｔｔｐ：／／evil.example", "evil.example"},
		{"NE-07/at sign", "ＨＴＴＰ：／／amazon.co.jp＠evil.example", "evil.example"},
		{"backslash, defanged", `hxxps://evil.example\@amazon.co.jp`, "evil.example"},
		{"space around", "\ufeff \t　https://evil.example/a b \r\n", "evil.example"},
		{"scheme for a host", "https://https://evil.example", "https"},
		{"userinfo like a scheme", "ftpx:pw@evil.example", "evil.example"},
	} {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			n, err := ParseInput(test.in)
			if err != nil || n.String() != test.want {
				t.Errorf("ParseInput(%q) = %q, %v; want %q", test.in, n, err, test.want)
			}
		})
	}
}

func TestParseInputRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", " ", "https://", "https:", "/", "//", "@", "a@", "https://user@/", "file:///etc/passwd", "about:blank",
		"javascript:alert(1)", "data:text/html,x", "evil.example some words", "https://ev il.example/", "ama\tzon.com",
		"https://evil.example:99999/", "https://evil.example:x/",
		"https://[evil.example]/", "https://[fe80::1%25eth0]/", "https://evil.example:443:443/", "1.2.3.4.5",
		"https://evil.example／amazon.co.jp", "amazon.co.jp＠evil.example",
	} {
		if n, err := ParseInput(in); !errors.Is(err, ErrInvalid) || !n.IsZero() {
			t.Errorf("ParseInput(%q) = %q, %v; want an error", in, n, err)
		}
	}
}

// TestParseInputLetsGo: a Name that pointed into the URL would keep its path
// and query, and what is secret in them, in memory.
func TestParseInputLetsGo(t *testing.T) {
	t.Parallel()
	url := "https://evil.example/?token=hunter2"
	n, err := ParseInput(url)
	if err != nil {
		t.Fatal(err)
	}
	start := uintptr(unsafe.Pointer(unsafe.StringData(url)))
	at := uintptr(unsafe.Pointer(unsafe.StringData(n.String())))
	if start <= at && at < start+uintptr(len(url)) {
		t.Errorf("ParseInput(%q) shares the memory of its input", url)
	}
}
