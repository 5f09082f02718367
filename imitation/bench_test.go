package imitation_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sekisho/hostname"
	"sekisho/imitation"
)

// ordinaryPage is a page of a shop of about 100 KB: markup, text, some script.
var ordinaryPage = func() []byte {
	var b bytes.Buffer
	b.WriteString(`<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>食器一覧 | 瀬戸の茶碗店</title>` +
		`<link rel="stylesheet" href="/html/template/default/assets/css/style.css?v=1"></head><body>`)
	for i := 0; b.Len() < 100<<10; i++ {
		fmt.Fprintf(&b, `<li class="ec-shelfGrid__item"><a href="/products/detail/%d" class="item-link"><p class="ec-shelfGrid__item-image">`+
			`<img src="/html/upload/save_image/%d.jpg" alt="湯呑み %d" loading="lazy"></p><p>飯碗と湯呑みの揃い &amp; 箸置き</p>`+
			"<p class=\"price02-default\">￥%d,800</p></a>\n<form name=\"form%d\" action=\"/products/add_cart/%d\" method=\"post\">"+
			`<input type="number" name="quantity" value="1" min="1"><button type="submit" class="ec-blockBtn--action">カートに入れる</button></form></li>`+
			"\n<script>dataLayer.push({\"id\":%d,'name':\"item \" + \"x\"});</script>\n", i, i, i, i, i, i, i)
	}
	b.WriteString("</body></html>")
	return b.Bytes()
}()

// ordinaryScript is a minified bundle of about 500 KB.
var ordinaryScript = func() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 500<<10; i++ {
		fmt.Fprintf(&b, `function e%d(t,n){var r=this,o=n||{};return void 0===o.a&&(o.a=!0),r.props={className:"btn btn-%d",onClick:function(e)`+
			`{return e.preventDefault(),t(r.state.value)}},"object"==typeof o&&o.children?o.children.map((function(e,t){return a.createElement`+
			`("li",{key:t},e.title+": "+e.text)})):null}`, i, i)
	}
	return b.Bytes()
}()

func response(contentType string) imitation.Response {
	host, err := hostname.Parse("shop.example")
	if err != nil {
		panic(err)
	}
	return imitation.Response{Host: host, Target: "/", Status: 200, Header: http.Header{"Content-Type": {contentType}}}
}

// The pieces are of the size that net/http hands bodies on in.
const piece = 32 << 10

func benchmark(b *testing.B, r imitation.Response, body []byte) {
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		scan(r, body, piece)
	}
}

func BenchmarkDocument(b *testing.B) {
	benchmark(b, response("text/html; charset=utf-8"), ordinaryPage)
}
func BenchmarkScript(b *testing.B) { benchmark(b, response("text/javascript"), ordinaryScript) }

func BenchmarkScriptJapanese(b *testing.B) {
	benchmark(b, response("text/javascript"), []byte(strings.Repeat(`var m={"k":"商品をカートに入れました。","l":"\u30ed\u30b0\u30a4\u30f3してください"};`, 4000)))
}

func BenchmarkDocumentGzip(b *testing.B) {
	r := response("text/html; charset=utf-8")
	r.Header.Set("Content-Encoding", "gzip")
	body := compress(b, "gzip", ordinaryPage)
	b.ReportAllocs()
	b.SetBytes(int64(len(ordinaryPage)))
	for b.Loop() {
		scan(r, body, piece)
	}
}

func BenchmarkDocumentShiftJIS(b *testing.B) {
	body := encode(b, "shift_jis", bytes.ReplaceAll(bytes.ReplaceAll(ordinaryPage, []byte("utf-8"), []byte("shift_jis")), []byte("￥"), []byte("\\")))
	benchmark(b, response("text/html; charset=Shift_JIS"), body)
}

func BenchmarkSmallDocument(b *testing.B) {
	benchmark(b, response("text/html"), []byte("<!doctype html><title>ok</title><p>hello"))
}

func BenchmarkWatchImage(b *testing.B) {
	r := response("image/png")
	b.ReportAllocs()
	for b.Loop() {
		if imitation.Watch(r) != nil {
			b.Fatal("an image is read")
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	r := response("")
	h := http.Header{"Cookie": {"_ga=GA1.1.1.1; session=abcdef0123456789; lang=ja"}, "Accept": {"*/*"}}
	b.ReportAllocs()
	for b.Loop() {
		if imitation.Request(r.Host, "/assets/js/app.bundle.min.js?v=20260101&lang=ja%2DJP", h) != nil {
			b.Fatal("an ordinary request has signs")
		}
	}
}

// BenchmarkData is a list of records, as an API of a shop sends it.
func BenchmarkData(b *testing.B) {
	benchmark(b, response("application/json"), []byte(`{"items":[`+strings.Repeat(`{"id":4711,"name":"飯碗と湯呑みの揃い","slug":"meshiwan-to-yunomi","price":1800,"image":"/upload/4711.jpg","stock":true,"updated":"2026-11-26T10:00:00Z"},`, 2000)+`null]}`))
}
