package trust

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"sekisho/hostname"
)

// TestPresented: a certificate speaks for one client at one host, as long as a session
// that began with it may go on, and the owner hears of a host once a day.
func TestPresented(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger("root")
	l.now = func() time.Time { return now }
	client := netip.MustParseAddr("192.0.2.1")
	host, err := hostname.Parse("a.example")
	other, err2 := hostname.Parse("b.example")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	l.Present(client, host)
	now = now.Add(presentedFor - time.Second)
	if !l.Presented(client, host) || l.Presented(client.Next(), host) || l.Presented(client, other) {
		t.Error("a certificate is forgotten, or speaks for others")
	}
	if now = now.Add(time.Second); l.Presented(client, host) {
		t.Error("a certificate has no end")
	}
	for i, step := range []struct {
		after time.Duration
		news  News
		want  News
	}{
		{0, NewsCertificate, NewsCertificate},
		{0, NewsCertificate, NewsNone},
		{0, NewsCertificateMissing, NewsCertificateMissing},
		{tellEvery, NewsCertificate, NewsCertificate},
	} {
		now = now.Add(step.after)
		if got := l.Certificates(step.news, host); got != step.want {
			t.Errorf("step %d: news %d; want %d", i, got, step.want)
		}
	}
}
