package proxy_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// TestHP36CutOnceFound is HP-36: what was passed on unread to a site is cut once a page
// of it is held. To others it stays, and so does what is never decrypted, or only
// observed.
func TestHP36CutOnceFound(t *testing.T) {
	t.Parallel()
	const never, other, beside = "never." + shop, "elsewhere.example", "beside." + shop
	for _, observe := range []bool{false, true} {
		l := start(t, func(o *proxy.Options) {
			o.Settings.Observe, o.Settings.Policy = observe, policy("never", never)
		})
		names := []string{shop, never, other, beside, genuine}
		secure, clear := l.RawTLS(names, answerLines), l.Raw(names, answerLines)
		named := l.RawTLS(names, answerLines, labnet.TLS(func(c *tls.Config) { c.NextProtos = []string{"imap"} }))
		type open struct {
			name  string
			c     net.Conn
			br    *bufio.Reader
			stays bool
		}
		var all []open
		add := func(name string, c net.Conn, stays bool) {
			_ = c.SetDeadline(time.Now().Add(patience))
			o := open{name, c, bufio.NewReader(c), stays || observe}
			line(t, c, o.br, "NICK me", "done NICK me")
			all = append(all, o)
		}
		foreign := func(host string) net.Conn {
			c, err := l.offering(t, authority(host, named), l.strange(), "imap")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		add("in the clear", l.connect(t, authority(shop, clear)), false)
		add("inside TLS", l.unnamed(t, authority(shop, secure)), false)
		add("by ALPN", foreign(shop), false)
		add("under another name of the site", l.connect(t, authority(beside, clear)), false)
		add("never decrypted", l.connect(t, authority(never, clear)), true)
		add("genuine", l.connect(t, authority(genuine, clear)), true)
		add("another site", l.connect(t, authority(other, clear)), true)
		add("another site, by ALPN", foreign(other), true)

		page := l.Origin(names, serves{contentType: "text/html", pieces: [][]byte{copied(t)}})
		if a := get(t, l.client(), https(shop, page, "/"), navigation); (a.StatusCode == http.StatusOK) != observe {
			t.Fatalf("the copy = %d", a.StatusCode)
		}
		for _, o := range all {
			if o.stays {
				line(t, o.c, o.br, "PASS word", "done PASS word")
			} else if said, err := o.br.ReadString('\n'); err == nil || isTimeout(err) {
				t.Errorf("%s: heard %q, %v; want the end", o.name, said, err)
			}
		}
	}
}

// TestHP36CutOnceGuessing is HP-36: the same for a site that tries passwords, in bodies
// that are held or behind the first MiB of those that are not.
func TestHP36CutOnceGuessing(t *testing.T) {
	t.Parallel()
	for what, before := range map[string]string{"held": "", "passing": "pad=" + strings.Repeat("x", 2<<20) + "&"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			l.protect()
			clear := l.Raw([]string{shop}, answerLines)
			d := l.doors(labnet.Handler())[0]
			c := l.connect(t, authority(shop, clear))
			_ = c.SetDeadline(time.Now().Add(patience))
			br := bufio.NewReader(c)
			line(t, c, br, "NICK me", "done NICK me")
			red := func() bool { return len(l.events(journal.Filter{Technique: "guess-oracle"})) > 0 }
			for i := 0; i < 20 && !red(); i++ { // later ones are held before a byte of them is read
				body := fmt.Sprintf("%semail=%s&password=guess-%d", before, url.QueryEscape(ownID), i)
				do(t, d.client, http.MethodPost, d.base+"/upload", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(body))
			}
			if said, err := br.ReadString('\n'); err == nil || isTimeout(err) {
				t.Errorf("heard %q, %v; want the end", said, err)
			}
		})
	}
}
