package h1_test

import (
	"strings"
	"testing"

	"sekisho/proxy/h1"
)

// What a browser asks and a shop answers.
var (
	typicalRequest = []byte(head("GET /gp/product/B000000000?ref=sr_1_1&keywords=desk+lamp HTTP/1.1", "Host: shop.labnet.example", "Connection: keep-alive",
		`sec-ch-ua: "Chromium";v="142", "Not_A Brand";v="99"`, "sec-ch-ua-mobile: ?0", `sec-ch-ua-platform: "Windows"`, "Upgrade-Insecure-Requests: 1",
		"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8", "Sec-Fetch-Site: same-origin",
		"Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1", "Sec-Fetch-Dest: document", "Referer: https://shop.labnet.example/s?k=desk+lamp",
		"Accept-Encoding: gzip, deflate, br, zstd", "Accept-Language: ja,en-US;q=0.9,en;q=0.8", "Cookie: session-id=000-0000000-0000000; lc=ja_JP; x="+strings.Repeat("c", 600)))
	typicalResponse = []byte(head("HTTP/1.1 200 OK", "Content-Type: text/html;charset=UTF-8", "Transfer-Encoding: chunked", "Connection: keep-alive",
		"Server: Server", "Date: Wed, 25 Nov 2026 16:00:00 GMT", "Cache-Control: no-cache", "Expires: -1", "Pragma: no-cache",
		"Strict-Transport-Security: max-age=47474747; includeSubDomains; preload", "Vary: Content-Type,Accept-Encoding,User-Agent", "X-Frame-Options: SAMEORIGIN",
		"Content-Security-Policy: upgrade-insecure-requests;report-uri https://shop.labnet.example/csp", "Content-Encoding: gzip",
		"Set-Cookie: session-id=000-0000000-0000000; Domain=.labnet.example; Expires=Thu, 25-Nov-2027 16:00:00 GMT; Path=/; Secure",
		"Set-Cookie: lc=ja_JP; Domain=.labnet.example; Path=/; Secure"))
)

// TestNoAllocations: whatever comes, plain or not, costs no memory.
func TestNoAllocations(t *testing.T) {
	dst := make([]byte, 0, 32<<10)
	for name, in := range map[string][]byte{
		"typical": typicalRequest, "close": []byte(head("GET / HTTP/1.1", "Host: h", "Connection: close, keep-alive")),
		"not plain": []byte(head("GET / HTTP/1.1", "Host: h", "Expect: 100-continue")), "junk": []byte("\x16\x03\x01\r\n\r\n"),
	} {
		if n := testing.AllocsPerRun(100, func() { _, _, _ = h1.AppendRequest(dst, in) }); n != 0 {
			t.Errorf("request %s: %v allocations; want 0", name, n)
		}
	}
	for name, in := range map[string][]byte{
		"typical": typicalResponse, "until close": []byte(head("HTTP/1.0 200 OK", "X: y")),
		"not plain": []byte(head("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2")), "junk": []byte("hello\r\n\r\n"),
	} {
		if n := testing.AllocsPerRun(100, func() { _, _, _ = h1.AppendResponse(dst, in, false, true) }); n != 0 {
			t.Errorf("response %s: %v allocations; want 0", name, n)
		}
	}
	body := []byte("5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")
	if n := testing.AllocsPerRun(100, func() {
		var c h1.Chunks
		_, _ = c.Feed(body)
	}); n != 0 {
		t.Errorf("chunks: %v allocations; want 0", n)
	}
}

func BenchmarkAppendRequest(b *testing.B) {
	dst := make([]byte, 0, 32<<10)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalRequest)))
	for b.Loop() {
		if _, _, ok := h1.AppendRequest(dst, typicalRequest); !ok {
			b.Fatal("not plain")
		}
	}
}

func BenchmarkAppendResponse(b *testing.B) {
	dst := make([]byte, 0, 32<<10)
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalResponse)))
	for b.Loop() {
		if _, _, ok := h1.AppendResponse(dst, typicalResponse, false, false); !ok {
			b.Fatal("not plain")
		}
	}
}

func BenchmarkEnd(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typicalRequest)))
	for b.Loop() {
		if h1.End(typicalRequest, 0) != len(typicalRequest) {
			b.Fatal("no end")
		}
	}
}

func BenchmarkChunks(b *testing.B) {
	chunk := []byte("2000\r\n" + strings.Repeat("a", 0x2000) + "\r\n")
	b.ReportAllocs()
	var c h1.Chunks
	for b.Loop() {
		if _, ok := c.Feed(chunk); !ok {
			b.Fatal("broken")
		}
	}
}
