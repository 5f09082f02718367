package proxy_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestCertificateWithEvents: what is recorded about a page comes with what its site's
// certificate says; of a name alone, which nobody connected to, nothing is known.
func TestCertificateWithEvents(t *testing.T) {
	t.Parallel()
	l := start(t)
	begin := time.Now().Add(-5 * time.Hour).Truncate(time.Second).UTC()
	o := l.Origin([]string{shop}, serves{contentType: "text/html", pieces: [][]byte{copied(t)}}, labnet.Certificate(func(c *x509.Certificate) {
		c.NotBefore = begin
	}))
	if a := get(t, l.client(), https(shop, o, "/"), navigation); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer = %d; want the warning", a.StatusCode)
	}
	if a := get(t, l.client(), https("amazon-signin.example", o, "/"), navigation); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer = %d; want the warning", a.StatusCode)
	}
	for _, e := range l.events(journal.Filter{}) {
		switch {
		case e.Host == shop && (e.CertIssuer != "Labnet" || !e.CertNotBefore.Equal(begin) || !e.CertNotAfter.After(time.Now())):
			t.Errorf("event = %+v; want the certificate of the page", e)
		case e.Host != shop && (e.CertIssuer != "" || !e.CertNotBefore.IsZero()):
			t.Errorf("event = %+v; want no certificate", e)
		}
	}
}

// TestCertificateRefused: a site that is refused for its certificate is recorded, once
// an hour, with the reason and what the certificate says, whatever it says.
func TestCertificateRefused(t *testing.T) {
	t.Parallel()
	l := start(t)
	stranger := labnet.NewCA(t, "stranger")
	hostile := stranger.Below(t, "x", labnet.NewKey(t), func(c *x509.Certificate) {
		c.Subject = pkix.Name{Organization: []string{"a\x1b[31m\u202e" + strings.Repeat("あ", 10_000)}}
	})
	o := l.Origin([]string{shop}, labnet.Handler(), labnet.KeyPair(hostile.Issue(t, []string{shop}, nil)))
	for range 3 {
		if a := get(t, l.client(), https(shop, o, "/secret-path"), navigation); a.Header.Get("Sekisho-Error") != "certificate-untrusted" {
			t.Fatalf("answer = %d %q", a.StatusCode, a.Header.Get("Sekisho-Error"))
		}
	}
	events := l.events(journal.Filter{})
	if len(events) != 1 {
		t.Fatalf("%d events; want one: %+v", len(events), events)
	}
	e := events[0]
	if e.Door != journal.DoorProxy || e.Host != shop || e.Technique != "certificate-untrusted" || e.Severity != journal.SeverityInfo || e.Action != journal.ActionBlock ||
		e.Detail == "" || e.Sent == nil || *e.Sent || e.Incident != "" || e.Client != "127.0.0.1" {
		t.Errorf("event = %+v; want the refusal of the certificate", e)
	}
	if !strings.HasPrefix(e.CertIssuer, `a\x1b[31m\u202eああ`) || len(e.CertIssuer) > 128 || e.CertNotAfter.IsZero() {
		t.Errorf("issuer = %q until %v; want it cut and printable", e.CertIssuer, e.CertNotAfter)
	}
}

// TestCertificateRefusedMany: a page that makes a browser ask for many hosts fills
// neither the journal nor the memory.
func TestCertificateRefusedMany(t *testing.T) {
	t.Parallel()
	l := start(t)
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("n%d.labnet.example", i))
	}
	o := l.Origin(names, labnet.Handler(), labnet.KeyPair(labnet.SelfSigned(t, names)))
	for _, host := range names {
		if a := get(t, l.client(), https(host, o, "/"), navigation); a.StatusCode != http.StatusBadGateway {
			t.Fatalf("%s = %d; want 502", host, a.StatusCode)
		}
	}
	if n := len(l.events(journal.Filter{})); n != 256 {
		t.Errorf("%d events; want 256", n)
	}
}
