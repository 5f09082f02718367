package guard_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"sekisho/guard"
)

// noise is 1 MiB that nothing can be read from.
var noise = func() []byte {
	b := make([]byte, guard.MaxBody)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	copy(b, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	return b
}()

// telemetry is 1 KiB of JSON without a credential.
var telemetry = []byte(`{"events":[` + strings.TrimSuffix(strings.Repeat(`{"name":"page_view","time":1700000000123,"props":{"path":"/cart","ref":"https://shop.example/","w":1280,"ok":true}},`, 9), ",") + `]}`)

func BenchmarkBare(b *testing.B) {
	h := request{target: "/assets/app.4f2a91.js", headers: "Accept: */*\nUser-Agent: Mozilla/5.0\nCookie: a=b\nReferer: https://shop.example.net/\nSec-Fetch-Mode: no-cors"}.head(b)
	h.Header.Del("Content-Type")
	b.ReportAllocs()
	for b.Loop() {
		if !guard.Bare(h) {
			b.Fatal("not bare")
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	for _, bench := range []struct {
		name string
		q    request
		x    guard.Hints
	}{
		{"form of 200 B", request{headers: form, body: "csrf_token=0123456789abcdef0123456789abcdef&return_to=%2Fmypage%2Forders&locale=ja&remember_me=1&" + pairs + "&submit=Log+in"}, guard.Hints{Known: known}},
		{"JSON of 1 KiB", request{headers: "application/json", body: string(telemetry)}, guard.Hints{Known: known}},
		{"JSON of 1 KiB, no account", request{headers: "application/json", body: string(telemetry)}, guard.Hints{}},
		{"query of 200 B", request{target: "/collect?v=2&tid=G-ABCDEF&cid=1234567890.1700000000&en=page_view&dl=https%3A%2F%2Fshop.example%2Fcart&dt=Cart&sid=1700000000&sr=1920x1080&ul=ja&_s=4"}, guard.Hints{Known: known}},
		{"upload of 1 MiB", request{headers: "image/png", body: string(noise)}, guard.Hints{Known: known}},
		{"multipart upload of 1 MiB", request{headers: multipart, body: multi(field(`form-data; name="f"; filename="a.png"`, "Content-Type: image/png\r\n", string(noise[:len(noise)-512])))}, guard.Hints{Known: known}},
		{"JSON of 1 MiB", request{headers: "application/json", body: "[" + strings.Repeat(string(telemetry)+",", 1000) + "1]"}, guard.Hints{Known: known}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			h, body := bench.q.head(b), []byte(bench.q.body)
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				guard.Inspect(h, body, true, bench.x)
			}
		})
	}
}

func BenchmarkStream(b *testing.B) {
	for name, q := range map[string]request{
		"bytes":     {headers: "application/octet-stream"},
		"multipart": {headers: multipart, body: field(`form-data; name="f"; filename="a.png"`, "Content-Type: image/png\r\n", "")},
		"form":      {headers: form, body: "pad="},
	} {
		b.Run(name, func(b *testing.B) {
			h := q.head(b)
			body := bytes.Clone(noise)
			if name == "form" {
				body = []byte(padding[:guard.MaxBody])
			}
			copy(body, q.body)
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				s := guard.NewStream(h, guard.Hints{Known: known})
				for at := 0; at < len(body); at += 32 << 10 {
					_, _ = s.Write(body[at : at+32<<10])
				}
				_ = s.Close()
			}
		})
	}
}
