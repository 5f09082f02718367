package proxy_test

import (
	"net/http"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestLedByMail: the redirector of a mail is noticed whatever it answers with, and the
// warning says that a mail led there.
func TestLedByMail(t *testing.T) {
	t.Parallel()
	const redirector = "u1.ct.sendgrid.net"
	for _, body := range []string{"", "moved"} {
		leads := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://"+shop+"/")
			w.WriteHeader(http.StatusFound)
			_, _ = w.Write([]byte(body))
		})
		eachAlone(t, serves{contentType: "text/html; charset=utf-8", pieces: [][]byte{copied(t)}}, func(t *testing.T, l *lab, d door) {
			var options []labnet.OriginOption
			if strings.Contains(t.Name(), "to_h1") {
				options = append(options, labnet.HTTP1Only())
			}
			o := l.Origin([]string{redirector}, leads, options...)
			link := withHeader(navigation, "Sec-Fetch-Site", "none")
			if a := get(t, d.client, https(redirector, o, "/ls/click?upn=u001"), link); a.StatusCode != http.StatusFound {
				t.Fatalf("the redirector = %d", a.StatusCode)
			}
			w := page(t, d.client, get(t, d.client, d.base+"/", link))
			if !strings.Contains(w.body, "メールのリンク") && !strings.Contains(w.body, "a link in a mail led here") {
				t.Error("the warning does not say that a mail led there")
			}
		})
	}
}
