package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// article is a document of an ordinary size, without a form.
var article = []byte("<!doctype html><html lang=en><head><title>lamps</title><style>p{margin:0}</style></head><body>" +
	strings.Repeat(`<div class="row"><a href="/p/1?ref=x"><img src="/i/1.jpg" alt="a desk lamp"></a><p>A desk lamp with a long arm, and what people say of it.</p></div>`, 400) +
	"<script>" + strings.Repeat("window.q=window.q||[];q.push({a:1,b:'two'});", 200) + "</script></body></html>")

// BenchmarkFirstByte is what judging adds to the time until the first byte of an
// answer comes: the same bytes as a document, which is held until it was read,
// as a script, which is read on its way, and as an image, which is not read.
func BenchmarkFirstByte(b *testing.B) {
	l := start(b, loopbackLookup)
	for _, p := range protocols {
		for _, kind := range []string{"text/html; charset=utf-8", "text/javascript", "application/json", "image/png"} {
			o := l.Origin([]string{shop}, serves{contentType: kind, pieces: [][]byte{article}}, p.origin()...)
			b.Run(p.name+"/"+strings.ReplaceAll(kind, "/", "-"), func(b *testing.B) {
				c := l.httpClient(l.trusting(), p.h2)
				fetchOnce(b, c, https(shop, o, "/"))
				var took []time.Duration
				b.ReportAllocs()
				for b.Loop() {
					took = append(took, firstByte(b, c, https(shop, o, "/")))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
			})
		}
	}
}

// firstByte fetches url and returns how long the first byte of the body took.
func firstByte(b *testing.B, c *http.Client, url string) time.Duration {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	for k, v := range navigation {
		req.Header.Set(k, v)
	}
	begin := time.Now()
	resp, err := c.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.ReadFull(resp.Body, make([]byte, 1)); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s = %d, %v", url, resp.StatusCode, err)
	}
	took := time.Since(begin)
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkJudgedBody is what judging costs a request with a body.
func BenchmarkJudgedBody(b *testing.B) {
	l := start(b, loopbackLookup)
	l.protect()
	for _, p := range protocols {
		o := l.Origin([]string{shop}, new(sink), p.origin()...)
		for name, body := range map[string]string{
			"form of 200 B":   url.Values{"q": {strings.Repeat("lamp ", 40)}}.Encode(),
			"JSON of 20 KiB":  `{"items":[` + strings.Repeat(`{"id":12345,"name":"lamp"},`, 760) + `{}]}`,
			"bytes of 1 MiB":  strings.Repeat("\x00\x01\x02\x03pixels..", 1<<20/12),
			"bytes of 16 MiB": strings.Repeat("\x00\x01\x02\x03pixels..", 16<<20/12),
		} {
			b.Run(fmt.Sprint(p.name, "/", name), func(b *testing.B) {
				c := l.httpClient(l.trusting(), p.h2)
				kind := map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[body[0] == '{']
				if body[0] == 0 {
					kind = "application/octet-stream"
				}
				b.SetBytes(int64(len(body)))
				defer measureCPU(b)()
				for b.Loop() {
					resp, err := c.Post(https(shop, o, "/"), kind, strings.NewReader(body))
					if err != nil {
						b.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						b.Fatal(resp.Status)
					}
				}
			})
		}
	}
}
