package proxy_test

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/interstitial"
)

// ext is one TLS extension.
func ext(id uint16, value ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(value))), value...)
}

// TestCasesScripted: servers that insist on what was not offered, or was only
// offered to somebody in the middle, are left with an alert after their first
// flight, and no second attempt is made.
func TestCasesScripted(t *testing.T) {
	t.Parallel()
	l := start(t)
	const ecdsaGCM = 0xc02b
	alpn := ext(16, append([]byte{0, 9, 8}, "evil/6.6"...)...)
	for i, tt := range []struct {
		id   string
		s    scripted
		code interstitial.Code
	}{
		{"TP-01 the script itself, when sound", scripted{version: 0x0303, suite: ecdsaGCM}, interstitial.CodeUpstreamClosed},
		{"TP-02 TLS 1.1", scripted{version: 0x0302, suite: 0xc009}, interstitial.CodeTLSProtocol},
		{"TP-02 TLS 1.0", scripted{version: 0x0301, suite: 0xc009}, interstitial.CodeTLSProtocol},
		{"TP-02 SSL 3", scripted{version: 0x0300, suite: 0x002f}, interstitial.CodeTLSProtocol},
		{"TP-02 SSL 2", scripted{version: 0x0002, suite: 0x002f}, interstitial.CodeTLSProtocol},
		{"TP-03 RC4", scripted{version: 0x0303, suite: 0xc007}, interstitial.CodeTLSHandshake},
		{"TP-03 3DES", scripted{version: 0x0303, suite: 0xc012}, interstitial.CodeTLSHandshake},
		{"TP-03 DES", scripted{version: 0x0303, suite: 0x0009}, interstitial.CodeTLSHandshake},
		{"TP-03 EXPORT", scripted{version: 0x0303, suite: 0x0003}, interstitial.CodeTLSHandshake},
		{"TP-04 NULL", scripted{version: 0x0303, suite: 0xc006}, interstitial.CodeTLSHandshake},
		{"TP-04 NULL-NULL", scripted{version: 0x0303, suite: 0x0000}, interstitial.CodeTLSHandshake},
		{"TP-04 anonymous DH", scripted{version: 0x0303, suite: 0x00a6}, interstitial.CodeTLSHandshake},
		{"TP-04 anonymous ECDH", scripted{version: 0x0303, suite: 0xc018}, interstitial.CodeTLSHandshake},
		{"TP-05 static RSA, AES-CBC", scripted{version: 0x0303, suite: 0x002f}, interstitial.CodeTLSHandshake},
		{"TP-05 static RSA, AES-GCM", scripted{version: 0x0303, suite: 0x009c}, interstitial.CodeTLSHandshake},
		{"TP-06 DHE-RSA", scripted{version: 0x0303, suite: 0x009e}, interstitial.CodeTLSHandshake},
		{"TP-06 DHE-RSA, AES-CBC", scripted{version: 0x0303, suite: 0x0033}, interstitial.CodeTLSHandshake},
		{"TP-08 SHA-1 signature", scripted{version: 0x0303, suite: ecdsaGCM, sha1: true}, interstitial.CodeTLSHandshake},
		{"TP-12 ALPN not offered", scripted{version: 0x0303, suite: ecdsaGCM, extensions: alpn}, interstitial.CodeTLSHandshake},
		{"TP-13 compression", scripted{version: 0x0303, suite: ecdsaGCM, compression: 1}, interstitial.CodeTLSHandshake},
		{"TP-14 downgrade from TLS 1.3", scripted{version: 0x0303, suite: ecdsaGCM, random: []byte("DOWNGRD\x01")}, interstitial.CodeTLSHandshake},
		{"TP-14 downgrade to TLS 1.1", scripted{version: 0x0303, suite: ecdsaGCM, random: []byte("DOWNGRD\x00")}, interstitial.CodeTLSHandshake},
	} {
		t.Run(tt.id, func(t *testing.T) {
			host := "s" + string(rune('a'+i)) + ".labnet.example"
			cert := l.CA().Issue(t, []string{host}, nil)
			var alert atomic.Int32
			tt.s.cert, tt.s.record = &cert, 0x0303
			o := l.Raw([]string{host}, func(c net.Conn) {
				a, err := tt.s.serve(c)
				if sound := tt.code == interstitial.CodeUpstreamClosed; sound != errors.Is(err, errWentOn) || !sound && err != nil {
					t.Errorf("the script ended with %v", err)
				}
				alert.Store(int32(a) + 1)
			})
			a := get(t, l.client(), https(host, o, "/"), navigation)
			wantFailure(t, a, http.StatusBadGateway, tt.code)
			wait(t, "the end of the script", func() bool { return alert.Load() != 0 })
			if o.Connections() != 1 {
				t.Errorf("%d connections; want 1: no second attempt with less", o.Connections())
			}
		})
	}
	t.Run("TP-12 nothing of the server's in the log", func(t *testing.T) {
		for _, e := range l.logs.All() {
			for _, f := range e.Context {
				if text := f.String; f.Interface != nil || text != "" {
					if s := text + errorText(f.Interface); strings.Contains(s, "evil/6.6") {
						t.Errorf("the log quotes the server: %s", s)
					}
				}
			}
		}
	})
}

func errorText(v any) string {
	if err, ok := v.(error); ok {
		return err.Error()
	}
	return ""
}

// TestCasesVersions: what origins may speak.
func TestCasesVersions(t *testing.T) {
	t.Parallel()
	runCases(t, []originCase{
		{"TP-01 TLS 1.3", "", tlsConfig(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 })},
		{"TP-01 TLS 1.2", "", tlsConfig(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })},
		{"TP-02 TLS 1.1 at most", interstitial.CodeTLSProtocol, tlsConfig(func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		})},
		{"TP-07 ECDHE with AES-CBC and SHA-1", "", func(l *lab, host string) []labnet.OriginOption {
			return []labnet.OriginOption{
				labnet.KeyPair(l.CA().IssueKey(l.t, []string{host}, rsaKey(l.t, 2048), nil)),
				labnet.HTTP1Only(), // RFC 9113, appendix A refuses it for HTTP/2
				labnet.TLS(func(c *tls.Config) {
					c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}
				}),
			}
		}},
		{"TP-05 static RSA only", interstitial.CodeTLSHandshake, func(l *lab, host string) []labnet.OriginOption {
			return []labnet.OriginOption{
				labnet.KeyPair(l.CA().IssueKey(l.t, []string{host}, rsaKey(l.t, 2048), nil)),
				labnet.HTTP1Only(),
				labnet.TLS(func(c *tls.Config) {
					c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
				}),
			}
		}},
		{"TP-09 X25519MLKEM768 only", "", curve(tls.X25519MLKEM768)},
		{"TP-09 X25519 only", "", curve(tls.X25519)},
		{"TP-09 P-256 only", "", curve(tls.CurveP256)},
		{"TP-10 P-384 only", "", curve(tls.CurveP384)},
		{"TP-12 other protocols only", interstitial.CodeTLSHandshake, tlsConfig(func(c *tls.Config) {
			only := c.Clone()
			only.NextProtos = []string{"evil/6.6"}
			c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return only, nil }
		})},
	})
}

func tlsConfig(f func(*tls.Config)) func(*lab, string) []labnet.OriginOption {
	return func(*lab, string) []labnet.OriginOption { return []labnet.OriginOption{labnet.TLS(f)} }
}

func curve(id tls.CurveID) func(*lab, string) []labnet.OriginOption {
	return tlsConfig(func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{id} })
}
