package upstream

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// folders answer in another letter case than was asked in.
var folders = map[string]func(string) string{
	"lower": strings.ToLower,
	"upper": strings.ToUpper,
	"title": func(name string) string { return strings.ToUpper(name[:1]) + strings.ToLower(name[1:]) },
	"other": func(name string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				r ^= 0x20
			}
			return r
		}, name)
	},
}

func folding(fold func(string) string) script {
	return func(q []byte, send func([]byte)) {
		send(reply(q, "192.0.2.1", func(m *dns.Msg) { m.Question[0].Name = fold(m.Question[0].Name) }))
	}
}

// TestFoldersAreAnswered: letter case counts only where it is mixed, and there not
// for long with servers that do not keep it, with or without TCP.
func TestFoldersAreAnswered(t *testing.T) {
	t.Parallel()
	cert, roots := testCert(t, "127.0.0.1")
	const name = "abcdefghijklmnopqrstuvwxyzabcd.example."
	for how, fold := range folders {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := folding(fold)
			alone, _ := udpServer(t, s)
			both := pairServer(t, s, s)
			secure := listenTLS(t, cert)
			streamServer(t, secure, s)
			doh := dohServer(t, cert, func(w http.ResponseWriter, r *http.Request) {
				q, _ := io.ReadAll(r.Body)
				w.Header().Set("Content-Type", dohType)
				s(q, func(b []byte) { _, _ = w.Write(b) })
			})
			for _, url := range []string{
				"udp://" + alone, "udp://" + both, "tcp://" + both, "tls://" + secure.Addr().String(), "https://127.0.0.1:" + doh,
			} {
				for _, mix := range []bool{false, true} {
					e := open(t, url, Options{Roots: roots, MixCase: mix})
					for range 2 * caseless {
						wantA(t, e, name, "192.0.2.1")
					}
					f, ok := e.(*ednsFallback)
					if !ok {
						continue
					}
					if u, ok := f.Exchanger.(*udp); ok && mix && u.mixes() {
						t.Errorf("%s: a server that folds case is not remembered", url)
					}
					if PrompterOf(e) != nil {
						promptA(t, e, name, "192.0.2.1")
					}
				}
			}
		})
	}
}
