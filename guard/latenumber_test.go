package guard_test

import (
	"testing"

	"sekisho/guard"
)

// TestCR21Numbers: after a copy numbers that few codes are, places on a map, what is looked
// for and what a scale has are no codes. The name of one makes a code of any.
func TestCR21Numbers(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for _, c := range []struct {
		name string
		q    request
		want bool
	}{
		{"amount", request{headers: form, body: "amount=128000&currency=jpy"}, false},
		{"amount with its tax", request{headers: form, body: "amount=129800&currency=jpy"}, false},
		{"price", request{headers: form, body: "price=120000"}, false},
		{"budget in JSON", request{headers: json, body: `{"kin":"300000"}`}, false},
		{"amount with a gap", request{headers: form, body: "kin=128 000"}, false},
		{"piece of a file", request{method: "POST", target: "/up?offset=524288&chunk=262144", headers: "application/octet-stream", body: "abc"}, false},
		{"month", request{target: "/report?m=202611"}, false},
		{"day", request{headers: form, body: "date=261126"}, false},
		{"colour", request{headers: json, body: `{"accent":"#336699"}`}, false},
		{"month in a message", request{headers: json, body: `{"text":"202611"}`}, false},
		{"tile of a map", request{target: "/t?x=931204&y=412345&z=18"}, false},
		{"statistics", request{target: "/g/collect?v=2&tid=G-ABCDEF1234&_p=482915&cid=1234567890.1234567890&sid=1764115200"}, false},
		{"looked for", request{target: "/search", headers: form, body: "keyword=482915"}, false},
		{"amount to the yen beside its currency", request{headers: form, body: "amount=148293&currency=jpy"}, false},
		{"views of an article", request{target: "/wp-admin/admin-ajax.php", headers: form, body: "action=post_views&post_id=482915"}, false},
		{"article for the cart", request{headers: form, body: "product=482915&quantity=1"}, false},
		{"code of an article", request{headers: form, body: "shohin_code=482915&qty=2"}, false},
		{"code of a coupon", request{headers: json, body: `{"coupon_code":"482915","cart":"k83hd"}`}, false},
		{"code of a town", request{headers: form, body: "cityCd=131016&ku=2"}, false},
		{"order by number and address", request{headers: form, body: "order_no=482915&email=a%40b.co"}, false},
		{"colour of figures alone", request{headers: json, body: `{"bg":"#482915"}`}, false},
		{"script's version", request{target: "/app.js?ver=482915"}, false},
		{"ratings beside a step", request{headers: form, body: "r1=3&r2=5&r3=4&r4=2&r5=1&r6=5&step=2"}, false},
		{"flags beside a step", request{headers: json, body: `{"f1":1,"f2":0,"f3":0,"f4":1,"f5":1,"f6":0,"step":2}`}, false},
		{"survey", request{headers: form, body: "q1=3&q2=5&q3=4&q4=2&q5=1&q6=5"}, false},
		{"survey in JSON", request{headers: json, body: `{"answers":[3,5,4,2,1,5]}`}, false},

		{"a version of nothing", request{target: "/c?ver=482915"}, true},
		{"a version in a body", request{headers: form, body: "ver=482915"}, true},
		{"boxes beside a step", request{headers: form, body: "d1=4&d2=8&d3=2&d4=9&d5=1&d6=5&step=2"}, true},
		{"boxes behind a step", request{target: "/v?s=1&d[0]=4&d[1]=8&d[2]=2&d[3]=9&d[4]=1&d[5]=5"}, true},
		{"numbers beside a step", request{headers: json, body: `{"d1":4,"d2":8,"d3":2,"d4":9,"d5":1,"d6":5,"step":2}`}, true},
		{"wide figures", request{headers: form, body: "d=%EF%BC%94%EF%BC%98%EF%BC%92%EF%BC%99%EF%BC%91%EF%BC%95"}, true},
		{"a blank of no width", request{headers: form, body: "d=482%E2%80%8B915"}, true},
		{"the code of somebody's phone", request{headers: form, body: "phone_code=482915&id=a%40b.co"}, true},
		{"a whole thousand that is called a code", request{headers: form, body: "otp=128000"}, true},
		{"a month that is called a code", request{headers: json, body: `{"code":"202611"}`}, true},
		{"a day in a header for codes", request{headers: "X-Code: 261126"}, true},
		{"a whole thousand in a pin", request{headers: form, body: "pin=128000"}, true},
		{"a whole thousand in a text for codes", request{headers: "text/plain", body: "認証コード: 128000"}, true},
		{"a whole thousand behind a word for codes", request{target: "/otp/128000"}, true},
		{"a code that is called a place", request{target: "/t?x=482915"}, true},
		{"a code that is called an amount", request{headers: form, body: "amount=482915"}, true},
		{"a code in a query of four fields", request{target: "/b?u=482915&a=b&c=d&e=f"}, true},
		{"what is called a code in a query of many", request{target: "/b?otp=482915&a=b&c=d&e=f&g=h&i=j"}, true},
		{"a whole ten thousand in a cookie for codes", request{headers: "Cookie: otp=250000"}, true},
		{"a whole ten thousand in a cookie of a letter", request{headers: "Cookie: k=250000"}, false},
		{"no month", request{headers: form, body: "m=202613"}, true},
		{"a month in fifty years", request{headers: form, body: "m=205012"}, true},
		{"an amount to the ten", request{headers: form, body: "amount=482910"}, true},
		{"no day", request{headers: form, body: "m=261332"}, true},
		{"boxes beyond a scale", request{headers: form, body: "q1=3&q2=5&q3=4&q4=2&q5=1&q6=6"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := c.q.inspect(t, guard.Hints{AfterCopy: true, Thorough: true})
			if got := f.Act == guard.Code; got != c.want {
				t.Errorf("a code: %v; want %v (act %v, %q)", got, c.want, f.Act, texts(f.Codes))
			}
		})
	}
}
