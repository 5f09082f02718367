package proxy_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/proxy"
)

// bareLine is a line end that some readers take for one and others do not.
var bareLine = regexp.MustCompile(`[^\r]\n|\r[^\n]|\n[ \t]`)

// TestCasesLineEnds is HP-09: folded lines and bare line feeds are refused, or
// reach the other side as lines that everybody reads alike.
func TestCasesLineEnds(t *testing.T) {
	t.Parallel()
	l := start(t)
	heads := make(chan string, 64) // more than all cases send
	serve := func(c net.Conn) {
		var wire bytes.Buffer
		br := bufio.NewReader(io.TeeReader(c, &wire))
		for {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			heads <- wire.String()
			wire.Reset()
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		}
	}
	secure, clear := l.RawTLS([]string{shop}, serve), l.Raw([]string{shop}, serve)
	for _, tt := range []struct{ id, lines, want string }{
		{"HP-09 folded", "X-A: a\r\n b\r\n\r\n", "X-A: a b\r\n"},
		{"HP-09 folded by a tab", "X-A: a\r\n\tb\r\n\r\n", "X-A: a b\r\n"},
		{"HP-09 folded, looks like a header", "X-A: a\r\n Content-Length: 9\r\n\r\n", "X-A: a Content-Length: 9\r\n"},
		{"HP-09 folded, looks like a coding", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", ""},
		{"HP-09 first line folded", " X-A: a\r\n\r\n", ""},
		{"HP-09 bare line feed", "X-A: a\nX-B: b\r\n\r\n", "X-A: a\r\nX-B: b\r\n"},
		{"HP-09 bare line feeds alone", "X-A: a\n\n", "X-A: a\r\n"},
		{"HP-09 bare carriage return", "X-A: a\rX-B: b\r\n\r\n", ""},
		{"HP-09 ends in a bare line feed", "X-A: a\r\n\n", "X-A: a\r\n"},
		{"HP-09 two carriage returns", "X-A: a\r\r\n\r\n", ""},
	} {
		t.Run(tt.id, func(t *testing.T) {
			ask := func(c net.Conn, target, host string) {
				t.Helper()
				a := exchange(t, c, "GET "+target+" HTTP/1.1\r\nHost: "+host+"\r\n"+tt.lines)
				if a.StatusCode == http.StatusBadRequest {
					if tt.want != "" {
						t.Errorf("refused; want %q at the origin", tt.want)
					}
					return
				}
				if a.StatusCode != http.StatusNoContent {
					t.Fatalf("answer = %d; want 204 or 400", a.StatusCode)
				}
				if got := <-heads; bareLine.MatchString(got) || !strings.Contains(got, tt.want) {
					t.Errorf("the origin got %q; want %q and sound line ends", got, tt.want)
				}
			}
			ask(l.tunnel(t, authority(shop, secure), l.trusting()), "/", authority(shop, secure))
			ask(l.dial(t), plain(shop, clear, "/"), authority(shop, clear))
		})
	}
}

// TestCasesAnswerLineEnds is HP-09 the other way: an origin's answer.
func TestCasesAnswerLineEnds(t *testing.T) {
	t.Parallel()
	l := start(t)
	for id, lines := range map[string]string{
		"HP-09 folded answer":      "X-A: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
		"HP-09 bare answer":        "X-A: a b\nContent-Length: 2\n\nok",
		"HP-09 answer's last line": "X-A: a b\r\nContent-Length: 2\r\n\nok",
	} {
		t.Run(id, func(t *testing.T) {
			serve := func(c net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"+lines)
				}
			}
			o := l.RawTLS([]string{shop}, serve)
			c := l.tunnel(t, authority(shop, o), l.trusting())
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: "+authority(shop, o)+"\r\nConnection: close\r\n\r\n")
			got, err := io.ReadAll(c)
			if err != nil {
				t.Fatal(err)
			}
			head, body, _ := bytes.Cut(got, []byte("\r\n\r\n"))
			if bytes.HasPrefix(got, []byte("HTTP/1.1 502")) {
				return
			}
			if bareLine.Match(head) || !bytes.Contains(head, []byte("X-A: a b")) || string(body) != "ok" {
				t.Errorf("the client got %q", got)
			}
		})
	}
}

// TestHP38Nothing is HP-38: whoever is asked and has nothing to say is answered
// for. goproxy's callbacks are one, and always answer; the others are these.
func TestHP38Nothing(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *proxy.Options) {
		o.Lookup = func(context.Context, hostname.Name) ([]netip.Addr, error) { return nil, nil }
	})
	for _, u := range []string{"https://" + shop + "/", "http://" + shop + "/"} {
		if a := get(t, l.client(), u, navigation); a.StatusCode/100 != 5 || a.Header.Get("Sekisho-Error") == "" || a.body == "" {
			t.Errorf("%s with no address = %d, %d bytes; want 5xx with a page", u, a.StatusCode, len(a.body))
		}
	}
	if a := l.connectAnswer(t, genuine+":443"); a.StatusCode/100 != 5 || a.ContentLength != int64(len(a.body)) || a.body == "" {
		t.Errorf("CONNECT with no address = %d, length %d of %d; want 5xx with a page", a.StatusCode, a.ContentLength, len(a.body))
	}
}

// bomb returns a gzip stream of about 1 MB that expands to 1 GiB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.Repeat(b.Bytes(), 64) // members follow one another (RFC 1952, section 2.2)
}

// TestHP40Bomb is HP-40: an answer is passed on as it is coded, whatever it
// would expand to. It is not parallel, because it looks at the heap.
func TestHP40Bomb(t *testing.T) {
	l := start(t)
	once := bomb(t)
	var twice bytes.Buffer
	w := gzip.NewWriter(&twice)
	_, _ = w.Write(once)
	_ = w.Close()
	bodies := map[string][]byte{"gzip": once, "gzip, gzip": twice.Bytes(), "br": once, "zstd": once, "x-unknown": once}
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coding := r.URL.Query().Get("coding")
		w.Header().Set("Content-Encoding", coding)
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(bodies[coding])
	})
	l.each(t, site, func(t *testing.T, d door) {
		for coding, body := range bodies {
			t.Run("HP-40 "+coding, func(t *testing.T) {
				grown := peakHeap(func(look func()) {
					resp, err := d.client.Get(d.base + "/?coding=" + strings.ReplaceAll(coding, " ", "%20"))
					if err != nil {
						t.Fatal(err)
					}
					defer func() { _ = resp.Body.Close() }()
					sum := sha256.New()
					if _, err := io.Copy(sum, io.TeeReader(resp.Body, onWrite(look))); err != nil {
						t.Fatal(err)
					}
					if got, want := fmt.Sprintf("%x", sum.Sum(nil)), fmt.Sprintf("%x", sha256.Sum256(body)); got != want || resp.Header.Get("Content-Encoding") != coding {
						t.Errorf("Content-Encoding %q, sum %.8s; want %q, %.8s", resp.Header.Get("Content-Encoding"), got, coding, want)
					}
				})
				if grown > 16<<20 {
					t.Errorf("the heap grew by %d KiB", grown>>10)
				}
			})
		}
	})
}

// onWrite calls itself for every eighth write.
func onWrite(f func()) io.Writer {
	n := 0
	return writeFunc(func(p []byte) (int, error) {
		if n++; n%8 == 1 {
			f()
		}
		return len(p), nil
	})
}

type writeFunc func([]byte) (int, error)

func (f writeFunc) Write(p []byte) (int, error) { return f(p) }
