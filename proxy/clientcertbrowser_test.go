package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestCasesClientCertificateChromium: CV-54 with a browser, whose TLS is BoringSSL's.
// Person and dialogue are replaced by a preference that gives the card.
func TestCasesClientCertificateChromium(t *testing.T) {
	t.Parallel()
	needTools(t, "chromium", "certutil", "pk12util", "openssl")
	l := startCertLab(t)
	holder, without := l.browserHome(t, true), l.browserHome(t, false)
	bothVersions(t, "chromium insisted on", func(t *testing.T, host string, version with) {
		o := l.Origin([]string{host}, labnet.Handler(), labnet.ClientAuth(l.staff), version())
		if page := holder.dump(t, https(host, o, "/echo")); !strings.Contains(page, host) || o.Requests() == 0 {
			t.Errorf("with a certificate: %d requests, and the page %.300q; want the origin's", o.Requests(), page)
		}
		l.checkNote(t, host, "allow: the site asks for a client certificate, which only the browser has")
		other := "without-" + host
		o = l.Origin([]string{other}, labnet.Handler(), labnet.ClientAuth(l.staff), version())
		without.dump(t, https(other, o, "/echo"))
		if o.Requests() != 0 {
			t.Errorf("without a certificate: %d requests at the origin; want 0", o.Requests())
		}
		l.checkNote(t, other, "block: the site insists on a client certificate and the browser gave none")
	})
	bothVersions(t, "chromium insisted on with the probe alone", func(t *testing.T, host string, version with) {
		o := l.Origin([]string{host}, labnet.Handler(), version(func(c *tls.Config) {
			asking := c.Clone()
			asking.ClientAuth = tls.RequireAnyClientCert
			c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
				// Chromium's hellos have GREASE (RFC 8701), the probe's have none.
				if slices.ContainsFunc(h.CipherSuites, func(s uint16) bool { return s&0x0f0f == 0x0a0a }) {
					return nil, nil
				}
				return asking, nil
			}
		}))
		holder.dump(t, https(host, o, "/echo"))
		if o.Requests() != 0 {
			t.Errorf("%d requests at the origin; want 0", o.Requests())
		}
		l.checkNote(t, host, "gave none")
	})
}

// browserHome makes a home of a browser, with the card or without.
func (l *certLab) browserHome(t *testing.T, card bool) browserHome {
	t.Helper()
	h := l.lab.browserHome(t)
	if !card {
		return h
	}
	key, err := x509.MarshalPKCS8PrivateKey(l.card.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := h.write(t, "card.pem", &pem.Block{Type: "CERTIFICATE", Bytes: l.card.Certificate[0]}, &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	bundle := filepath.Join(h.dir, "card.p12")
	h.run(t, "openssl", "pkcs12", "-export", "-in", file, "-out", bundle, "-passout", "pass:card", "-name", "card")
	h.run(t, "pk12util", "-i", bundle, "-d", "sql:"+h.store(), "-W", "card", "-K", "")
	choice := `{"profile":{"content_settings":{"exceptions":{"auto_select_certificate":{"https://*,*":{"setting":{"filters":[{}]}}}}}}}`
	if err := os.WriteFile(filepath.Join(h.profile(), "Preferences"), []byte(choice), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}
