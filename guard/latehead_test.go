package guard_test

import (
	"slices"
	"testing"

	"sekisho/guard"
)

// TestLateHead: after a copy six digits are looked for where a page can put them in a head,
// and not taken for what programs number there.
func TestLateHead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		q    request
		want bool
	}{
		{"letter in a query", request{target: "/i?k=482915"}, true},
		{"letter in the query of a picture", request{target: "/i.gif?k=482915"}, true},
		{"version's letter", request{target: "/i?v=482915"}, true},
		{"own header", request{headers: "X-K: 482915"}, true},
		{"own header with a gap", request{headers: "X-Data-Y: 482-915"}, true},
		{"own header, no X", request{headers: "K: 482915"}, true},
		{"header that says code", request{headers: "X-Code: 482915"}, true},
		{"cookie of a letter", request{headers: "Cookie: session=abc; k=482915"}, true},
		{"cookie that says code", request{headers: "Cookie: otp=482915"}, true},
		{"subprotocol", request{headers: "Sec-Websocket-Protocol: k, 482915"}, true},
		{"label", request{host: "482915.shop.example.net", target: "/"}, true},

		{"version of a script", request{target: "/app.js?v=482915"}, false},
		{"version beside another field", request{target: "/api/config?v=482915&lang=ja"}, false},
		{"search by k", request{target: "/s?k=482915"}, false},
		{"search by k, longer path", request{target: "/search/items?k=482915"}, false},
		{"time", request{target: "/poll?t=482915"}, false},
		{"random number of a pixel", request{target: "/px?r=482915"}, false},
		{"width", request{target: "/i?w=482915"}, false},
		{"identifier of analytics", request{target: "/collect?pid=482915&fmt=gif"}, false},
		{"geo", request{target: "/geo?zip=482-9155&city=Osaka"}, false},
		{"price", request{target: "/cart?price=482915"}, false},
		{"colour", request{target: "/swatch?color=482915"}, false},
		{"colour's header", request{headers: "X-Theme-Color: 482915"}, false},
		{"build's header", request{headers: "X-Build: 482915\nX-App-Version: 482915\nX-Client-Build-Number: 482915"}, false},
		{"uploads", request{method: "PATCH", headers: "application/offset+octet-stream\nUpload-Offset: 482915\nUpload-Length: 915482\nContent-Length: 432567", body: "abc"}, false},
		{"request of a number", request{headers: "X-Request-Id: 482915\nX-Seq: 482915\nX-Store-Id: 482915"}, false},
		{"time's header", request{headers: "X-Timestamp: 482915\nX-Elapsed: 482915\nIf-None-Match: 482915"}, false},
		{"statistics in cookies", request{headers: "Cookie: _ga=482915; uid=482915; cart=482915; t=482915; lastvisit=482915"}, false},
		{"subprotocol of a chat", request{headers: "Sec-Websocket-Protocol: graphql-ws, v10.stomp"}, false},
		{"host of a customer, with a path that says more", request{host: "u482915.ct.sendgrid.example", target: "/wf/open?upn=abcdef"}, false},
		{"host of a customer, opened", request{host: "u482915.ct.sendgrid.example", target: "/", headers: "Sec-Fetch-Mode: navigate"}, false},
		{"whose header", request{headers: "X-Tenant: 482915\nX-Org: 482915\nX-Shop: 482915\nX-Kaiin: 482915\nX-Revision: 482915"}, false},
		{"customer's own host, by a page of it", request{host: "t482915.saas.example", target: "/", headers: "Sec-Fetch-Site: same-origin"}, false},
		{"label, by another site's page", request{host: "482915.saas.example", target: "/", headers: "Sec-Fetch-Site: cross-site"}, true},
		{"store of pictures", request{host: "c482915.r15.cf2.cdn.example", target: "/x.jpg", headers: "Sec-Fetch-Site: cross-site"}, false},
		{"customer's own host, by another site's page", request{host: "t482915.saas.example", target: "/", headers: "Sec-Fetch-Site: cross-site"}, false},
		{"site of digits", request{host: "482915.example", target: "/"}, false},
		{"host of an article", request{host: "img-482915.example.net", target: "/"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := c.q.inspect(t, guard.Hints{AfterCopy: true, Thorough: true})
			if got := f.Act == guard.Code && slices.Contains(texts(f.Codes), typedCode); got != c.want {
				t.Errorf("a code: %v; want %v (act %v, %q)", got, c.want, f.Act, texts(f.Codes))
			}
			if f := c.q.inspect(t, guard.Hints{Thorough: true}); f.Act == guard.Code && c.q.headers != "X-Code: 482915" {
				t.Errorf("a code without a copy before it: %q", texts(f.Codes))
			}
		})
	}
}

// TestLateMessages: so are the messages of a WebSocket.
func TestLateMessages(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]bool{
		"482915":                         true,
		`{"k":"482915"}`:                 true,
		`{"k":482915}`:                   true,
		`{"type":"otp","value":482915}`:  true,
		`42["code","482915"]`:            true,
		`{"event":"input","c":"482915"}`: true,
		`["4","8","2","9","1","5"]`:      true,
		"認証コード: 482915":                  true,

		`{"t":482915}`:                                     false,
		`{"price":482915,"symbol":"JPY"}`:                  false,
		`{"type":"ping","ts":1764117915123}`:               false,
		`{"type":"ack","seq":482915}`:                      false,
		`{"type":"view","build":482915}`:                   false,
		`[null,"3","room:lobby","phx_join",{"v":"1.0.2"}]`: false,
	} {
		f := guard.InspectMessage(request{target: "/ws"}.head(t), []byte(message), false, guard.Hints{AfterCopy: true, Thorough: true})
		if got := f.Act == guard.Code && slices.Contains(texts(f.Codes), typedCode); got != want {
			t.Errorf("%s: a code: %v; want %v (act %v, %q)", message, got, want, f.Act, texts(f.Codes))
		}
	}
}
