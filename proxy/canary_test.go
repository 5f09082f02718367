package proxy_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
	"sekisho/proxy"
)

// canary is what a person would not want to find anywhere. It holds characters
// that encodings change.
const canary = "Kanary+7/ひみつ=Secr3t&Zq"

// traces are the ways in which canary may have been written down.
func traces() []string {
	b := []byte(canary)
	list := []string{
		canary, url.QueryEscape(canary), url.PathEscape(canary), hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)),
		fmt.Sprintf("%q", canary), "Kanary", "Secr3t", url.QueryEscape("ひみつ"), "ひみつ", hex.EncodeToString([]byte("Kanary")),
	}
	for i := range 3 { // base64 at each alignment, without the edges
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			s := enc.EncodeToString(append(make([]byte, i), b...))
			list = append(list, s[4:len(s)-4])
		}
	}
	return list
}

// TestCanary sends secrets in every part of requests, to blocked, failing and
// ordinary sites, and looks for them in all that sekisho leaves behind.
func TestCanary(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) { o.Settings.Ports = nil })
	var answers []string
	q, p := url.QueryEscape(canary), url.PathEscape(canary)
	header := withHeader(navigation, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("u:"+canary)),
		"Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("p:"+canary)),
		"Cookie", "session="+q, "X-Secret", q, "Referer", "https://x.example/"+p, "User-Agent", "agent "+q, "Accept-Language", "ja;x="+q)
	ordinary := l.Origin([]string{shop}, labnet.Handler())
	clear := l.Origin([]string{shop}, labnet.Handler(), labnet.Plain())
	expired := l.Origin([]string{"bad.labnet.example"}, labnet.Handler(), labnet.KeyPair(labnet.SelfSigned(t, []string{"bad.labnet.example"})))
	broken := l.RawTLS([]string{"broken.labnet.example"}, func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nX-A\x01%s: b\r\n\r\n", canary)
		}
	})
	observed := l.Origin([]string{lookalike}, labnet.Handler())
	bases := []string{
		"https://" + lookalike, "http://" + lookalike, https("bad.labnet.example", expired, ""), https("broken.labnet.example", broken, ""),
		"https://nowhere.labnet.example", "http://nowhere.labnet.example", "http://127.0.0.1:1", "https://sekisho.internal",
	}
	for _, c := range []*http.Client{l.client(), l.client1()} {
		for _, base := range bases {
			for _, kind := range []map[string]string{header, withHeader(header, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"), withHeader(header, "Sec-Fetch-Dest", "iframe")} {
				body := strings.NewReader("password=" + q + "&raw=" + canary)
				a := do(t, c, "POST", base+"/"+p+"?k="+q+"#"+q, kind, body)
				answers = append(answers, fmt.Sprint(base, a.StatusCode, a.Header)+a.body)
				if loc := a.Header.Get("Location"); strings.HasPrefix(loc, internalOrigin) {
					answers = append(answers, get(t, c, loc, header).body)
				}
			}
		}
		for _, base := range []string{https(shop, ordinary, ""), plain(shop, clear, "")} {
			do(t, c, "POST", base+"/echo/"+p+"?k="+q, header, strings.NewReader(canary))
		}
	}
	l.malformed(t, shop, ordinary)
	s := l.options.Settings
	s.Observe = true
	l.proxy.Reload(s)
	do(t, l.client(), "POST", https(lookalike, observed, "/echo/"+p+"?k="+q), header, strings.NewReader(canary))
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	if l.logs.Len() < 10 || len(l.events(journal.Filter{Host: lookalike})) < 10 {
		t.Fatal("there is hardly anything to search")
	}
	l.searchFiles(t)
	for _, entry := range l.logs.All() {
		search(t, "the log", fmt.Sprint(entry.Message, entry.ContextMap()))
	}
	for _, a := range answers {
		search(t, "an answer", a)
	}
}

// malformed sends requests that cannot be understood, which is when software
// likes to quote them.
func (l *lab) malformed(t *testing.T, host string, o *labnet.Origin) {
	t.Helper()
	for _, payload := range []string{
		"GET " + canary + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT " + url.QueryEscape(canary) + ":443 HTTP/1.1\r\n\r\n",
		"CONNECT u:" + url.QueryEscape(canary) + "@" + host + ":443 HTTP/1.1\r\n\r\n",
		"GET http://u:" + url.QueryEscape(canary) + "@" + lookalike + "/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET http://[" + canary + "/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"X" + canary + " / HTTP/9\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n" + canary + " : x\r\n\r\n",
	} {
		c := l.dial(t)
		_, _ = io.WriteString(c, payload)
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
		tc := l.tunnel(t, authority(host, o), l.trusting())
		_, _ = io.WriteString(tc, payload)
		_ = tc.CloseWrite()
		_, _ = io.Copy(io.Discard, tc)
	}
	c := l.connect(t, authority(host, o))
	_ = tls.Client(c, &tls.Config{ServerName: "kanary.secr3t.example", InsecureSkipVerify: true}).Handshake()
}

// searchFiles looks into every file below the data folder.
func (l *lab) searchFiles(t *testing.T) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		search(t, path, string(b))
		return nil
	})
	if err != nil || files < 3 {
		t.Errorf("searched %d files, %v; want the CA's and the journal's", files, err)
	}
}

func search(t *testing.T, where, text string) {
	t.Helper()
	for _, trace := range traces() {
		if i := strings.Index(text, trace); i >= 0 {
			t.Errorf("%s holds %q: …%q…", where, trace, text[max(0, i-60):min(len(text), i+len(trace)+20)])
			return
		}
	}
}
