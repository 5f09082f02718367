package proxy_test

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// TestCasesNoLeafForBad: a failed origin's name gets a leaf for the page about the
// failure alone, after the failure, and the page offers no way on.
func TestCasesNoLeafForBad(t *testing.T) {
	t.Parallel()
	l := start(t)
	hsts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload")
		labnet.Handler().ServeHTTP(w, r)
	})
	o := l.Origin([]string{shop}, hsts, labnet.KeyPair(labnet.SelfSigned(t, []string{shop})))
	t.Run("CL-16 the origin is verified before the client sees a certificate", func(t *testing.T) {
		cfg := l.trusting()
		cfg.ServerName = shop
		cfg.VerifyConnection = func(tls.ConnectionState) error {
			if o.Connections() == 0 {
				t.Error("a leaf was shown before the origin was asked")
			}
			return nil
		}
		if err := tlsClient(l.connect(t, authority(shop, o)), cfg).Handshake(); err != nil {
			t.Fatal(err)
		}
	})
	for _, lang := range []string{"ja", "en"} {
		t.Run("CL-20 CL-22 page without a way on, "+lang, func(t *testing.T) {
			a := get(t, l.client(), https(shop, o, "/account?token=secret"), map[string]string{
				"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html", "Accept-Language": lang,
			})
			wantFailure(t, a, http.StatusBadGateway, interstitial.CodeTLSUntrusted)
			for _, way := range []string{"<form", "<button", "<input", "<script", "token=secret", "/account"} {
				if strings.Contains(a.body, way) {
					t.Errorf("the page holds %q", way)
				}
			}
			if !strings.Contains(a.body, `lang="`+lang+`"`) || !strings.Contains(a.body, shop) {
				t.Errorf("the page is %.200q; want one in %s about the host", a.body, lang)
			}
			if a.Header.Get("Strict-Transport-Security") != "" || o.Requests() != 0 {
				t.Error("something of the site came through")
			}
		})
	}
	t.Run("CL-21 AC-18 CL-20 headers", func(t *testing.T) {
		a := get(t, l.client(), https(shop, o, `/"><script>alert(1)</script>`), navigation)
		csp := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") ||
			a.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.body, "alert(1)") {
			t.Errorf("CSP %q, headers %v", csp, a.Header)
		}
	})
	t.Run("CL-21 AC-18 warning", func(t *testing.T) {
		hostile := map[string]string{"User-Agent": "<script>alert(2)</script>", "Referer": "https://x.example/<script>alert(3)</script>"}
		for k, v := range navigation {
			hostile[k] = v
		}
		first := get(t, l.client(), "https://"+lookalike+`/"><script>alert(1)</script>?q=<script>alert(4)`, hostile)
		a := get(t, l.client(), first.Header.Get("Location"), hostile)
		if strings.Contains(a.body, "alert(") || strings.Contains(first.Header.Get("Location"), "alert") || strings.Contains(first.body, "alert(") {
			t.Errorf("the warning has something of the request: to %q, %.300q", first.Header.Get("Location"), a.body)
		}
		csp := a.Header.Get("Content-Security-Policy")
		if a.StatusCode != http.StatusOK || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") ||
			!strings.Contains(a.Header.Get("Cache-Control"), "no-store") || !l.ours(a.TLS.PeerCertificates) {
			t.Errorf("warning = %d with %v", a.StatusCode, a.Header)
		}
	})
}

// TestCasesPolicyHeaders: CL-23, a site's security policies reach the browser
// byte for byte, and no other site's answer.
func TestCasesPolicyHeaders(t *testing.T) {
	t.Parallel()
	l := start(t)
	policies := map[string][]string{
		"Strict-Transport-Security":      {"max-age=31536000 ; includeSubDomains;preload"},
		"Public-Key-Pins":                {`pin-sha256="AAAA="; max-age=5`},
		"Content-Security-Policy":        {"default-src 'self'; report-uri /r", "frame-ancestors 'none'"},
		"Cross-Origin-Opener-Policy":     {"same-origin"},
		"Cross-Origin-Embedder-Policy":   {"require-corp"},
		"Cross-Origin-Resource-Policy":   {"same-site"},
		"Permissions-Policy":             {"camera=(), geolocation=(self)"},
		"Report-To":                      {`{"group":"x","max_age":1}`},
		"Expect-CT":                      {"max-age=5, enforce"},
		"X-Frame-Options":                {"SAMEORIGIN"},
		"Accept-CH":                      {"Sec-CH-UA-Platform"},
		"Document-Policy":                {"force-load-at-top"},
		"Origin-Agent-Cluster":           {"?1"},
		"Content-Security-Policy-Report": {"odd"},
	}
	with := l.Origin([]string{shop}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range policies {
			w.Header()[k] = v
		}
	}))
	without := l.Origin([]string{"bare.labnet.example"}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Run("CL-23 forwarded", func(t *testing.T) {
		for _, c := range []*http.Client{l.client(), l.client1()} {
			a, b := get(t, c, https(shop, with, "/"), navigation), get(t, c, https("bare.labnet.example", without, "/"), navigation)
			for k, want := range policies {
				k = http.CanonicalHeaderKey(k)
				if !slices.Equal(a.Header[k], want) {
					t.Errorf("%s = %q; want %q", k, a.Header[k], want)
				}
				if b.Header[k] != nil {
					t.Errorf("the other site got %s %q", k, b.Header[k])
				}
			}
		}
	})
}

// TestCasesOddHello: CL-25, extensions and values that are there to keep
// implementations honest, and encrypted ClientHellos.
func TestCasesOddHello(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	grease := ext(0x0a0a)
	// A GREASE ECH: outer, HKDF-SHA256 with AES-128-GCM, and random bytes (RFC 9849,
	// section 6.2).
	ech := ext(0xfe0d, append([]byte{0, 0, 1, 0, 1, 7, 0, 4, 1, 2, 3, 4, 0, 32}, make([]byte, 32)...)...)
	for _, tt := range []struct {
		id    string
		extra []byte
		want  byte // the type of the first record that comes back
	}{
		{"CL-25 plain", nil, typeHandshake},
		{"CL-25 GREASE", append(grease, ext(0xfafa, 0)...), typeHandshake},
		{"CL-25 ECH", ech, typeHandshake},
		{"CL-25 empty ECH", ext(0xfe0d), 0},
		{"CL-25 padding", ext(21, make([]byte, 8000)...), typeHandshake},
		{"CL-25 padding beyond 16 KiB", ext(21, make([]byte, 17<<10)...), 0},
	} {
		t.Run(tt.id, func(t *testing.T) {
			c := l.connect(t, authority(shop, o))
			if _, err := c.Write(clientHello(shop, tt.extra)); err != nil {
				t.Fatal(err)
			}
			var head [1]byte
			_, err := io.ReadFull(c, head[:])
			if tt.want != 0 && (err != nil || head[0] != tt.want) {
				t.Errorf("first byte %d, %v; want %d", head[0], err, tt.want)
			}
			if a := get(t, l.client(), https(shop, o, "/echo"), nil); a.StatusCode != http.StatusOK {
				t.Errorf("a browser after it got %d", a.StatusCode)
			}
		})
	}
	if n := l.logs.FilterMessageSnippet("panic").Len(); n != 0 {
		t.Errorf("%d panics", n)
	}
}

// clientHello builds a TLS 1.2 ClientHello by hand, with GREASE among its values
// (RFC 8701) and extra extensions, in records of at most 16 KiB.
func clientHello(host string, extra []byte) []byte {
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0)                                     // session id
	body = append(body, 0, 6, 0x1a, 0x1a, 0xc0, 0x2b, 0xc0, 9) // GREASE, ECDHE-ECDSA
	body = append(body, 1, 0)
	n, _ := hostname.Parse(host)
	name := append([]byte{0}, binary.BigEndian.AppendUint16(nil, uint16(len(n.String())))...)
	name = append(name, n.String()...)
	exts := ext(extName, append(binary.BigEndian.AppendUint16(nil, uint16(len(name))), name...)...)
	exts = append(exts, ext(extCurves, 0, 6, 0x2a, 0x2a, 0, 29, 0, 23)...)
	exts = append(exts, ext(11, 1, 0)...)
	exts = append(exts, ext(extSchemes, 0, 4, 4, 3, 8, 4)...)
	exts = append(exts, extra...)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(exts))), exts...)
	msg := message(1, body)
	var out []byte
	for len(msg) > 0 {
		n := min(len(msg), 16<<10)
		out = append(out, typeHandshake, 3, 1)
		out = append(binary.BigEndian.AppendUint16(out, uint16(n)), msg[:n]...)
		msg = msg[n:]
	}
	return out
}
