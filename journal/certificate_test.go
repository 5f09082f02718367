package journal

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCertificate: what is recorded of a certificate is read back, and what a
// hostile one says is bounded and printable.
func TestCertificate(t *testing.T) {
	t.Parallel()
	path := place(t)
	j := open(t, path, Options{})
	begin := time.Date(2026, 11, 20, 1, 2, 3, 0, time.UTC)
	for _, test := range []struct {
		name     string
		in, want Event
	}{
		{"none", Event{}, Event{}},
		{
			"whole",
			Event{CertIssuer: "Let's Encrypt", CertNotBefore: begin.Add(5 * time.Millisecond), CertNotAfter: begin.AddDate(0, 3, 0)},
			Event{CertIssuer: "Let's Encrypt", CertNotBefore: begin, CertNotAfter: begin.AddDate(0, 3, 0)},
		},
		{"no times", Event{CertIssuer: "日本認証"}, Event{CertIssuer: "日本認証"}},
		{"no issuer", Event{CertNotAfter: begin}, Event{CertNotAfter: begin}},
		{"two lines", Event{CertIssuer: "a\n0\n0\x1b[31m\u202e"}, Event{CertIssuer: `a\x0a0\x0a0\x1b[31m\u202e`}},
		{"long", Event{CertIssuer: strings.Repeat("x", 1<<20)}, Event{CertIssuer: strings.Repeat("x", maxLabel-len(ellipsis)) + ellipsis}},
		{"the year 10000", Event{CertNotAfter: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, Event{CertNotAfter: fromMillis(maxMillis).Truncate(time.Second)}},
	} {
		e := record(t, j, test.in)
		list := stored(t, path)
		got := list[len(list)-1]
		if diff := cmp.Diff(e, got); diff != "" {
			t.Errorf("%s: returned and stored differ:\n%s", test.name, diff)
		}
		test.want.ID, test.want.Time = got.ID, got.Time
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		text, err := json.Marshal(got)
		if err != nil || bytes.Contains(text, []byte("cert")) != (test.name != "none") {
			t.Errorf("%s: JSON %s, %v", test.name, text, err)
		}
	}
}
