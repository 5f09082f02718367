package proxy_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"testing"
)

const (
	benchDownload = 100 << 20
	benchUpload   = 10 << 20
)

// block is what bulk answers repeat: an origin that computes its bytes would be
// what is measured.
var block = bytes.Repeat([]byte("0123456789abcdef"), 64<<10)

// bulk answers GET with benchDownload bytes and anything else, once it is read,
// with the size of its body.
var bulk = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		n, _ := io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, strconv.FormatInt(n, 10))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(benchDownload))
	for range benchDownload / len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
})

// downloads measures the download of one long body after another.
func downloads(b *testing.B, w way, p protocol, base string) {
	c := w.client(b, p.h2, true)
	fetchOnce(b, c, base)
	b.SetBytes(benchDownload)
	defer measureCPU(b)()
	for b.Loop() {
		fetchOnce(b, c, base)
	}
}

// BenchmarkDownload is 100 MiB through interception.
func BenchmarkDownload(b *testing.B) {
	start(b, loopbackLookup).sideBySide(b, shop, bulk, downloads)
}

// BenchmarkTunnel is 100 MiB through what is not decrypted.
func BenchmarkTunnel(b *testing.B) {
	start(b, loopbackLookup).sideBySide(b, genuine, bulk, downloads)
}

// BenchmarkUpload is 10 MiB through interception.
func BenchmarkUpload(b *testing.B) {
	body := bytes.Repeat(block, benchUpload/len(block))
	start(b, loopbackLookup).sideBySide(b, shop, bulk, func(b *testing.B, w way, p protocol, base string) {
		c := w.client(b, p.h2, true)
		b.SetBytes(benchUpload)
		defer measureCPU(b)()
		for b.Loop() {
			resp, err := c.Post(base, "application/octet-stream", bytes.NewReader(body))
			if err != nil {
				b.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if string(got) != strconv.Itoa(benchUpload) || err != nil {
				b.Fatalf("the origin got %q bytes, %v", got, err)
			}
		}
	})
}
