package guard_test

import (
	"slices"
	"testing"

	"sekisho/guard"
)

// TestCR21AfterCopy: six digits to a new site are a one-time code for who met a copy of the
// sign-in, in whatever shape; what shops send besides is none.
func TestCR21AfterCopy(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for _, c := range []struct {
		name string
		q    request
		want bool
	}{
		{"form", request{headers: form, body: "code=482915"}, true},
		{"form, any name", request{headers: form, body: "k=482915"}, true},
		{"a name that says nothing of codes", request{headers: form, body: "v=482915"}, true},
		{"with an ID", request{headers: form, body: "email=a%40b.co&code=482915"}, true},
		{"pin", request{headers: form, body: "pin=482915"}, true},
		{"JSON", request{headers: json, body: `{"code":"482915"}`}, true},
		{"JSON number", request{headers: json, body: `{"code":482915}`}, true},
		{"boxes", request{headers: form, body: "c0=4&c1=8&c2=2&c3=9&c4=1&c5=5"}, true},
		{"boxes in JSON", request{headers: json, body: `{"code":["4","8","2","9","1","5"]}`}, true},
		{"query", request{target: "/n?c=482915"}, true},
		{"path", request{target: "/otp/482915"}, true},
		{"text", request{headers: "text/plain", body: "認証コード: 482915"}, true},
		{"with a gap", request{headers: json, body: `{"code":"482 915"}`}, true},
		{"text in JSON", request{headers: json, body: `{"msg":"認証コード: 482915"}`}, true},
		{"text without the word", request{headers: json, body: `{"msg":"order 482915"}`}, false},
		{"JSON number, one letter", request{headers: json, body: `{"k":482915}`}, true},
		{"with a gap, any name", request{headers: json, body: `{"c":"482 915"}`}, true},
		{"with a hyphen, any name", request{headers: form, body: "c=482-915"}, true},
		{"message in a query", request{target: "/bot1:A/sendMessage?chat_id=123&text=482915"}, true},
		{"message", request{headers: json, body: `{"chat_id":"-1001","text":"482915"}`}, true},
		{"pair in a value", request{headers: json, body: `{"event":"input","x":"k=482915"}`}, true},
		{"milliseconds", request{headers: json, body: `{"t":482915,"v":1}`}, false},
		{"postal code", request{headers: form, body: "c=482-9155"}, false},
		{"search", request{target: "/s?q=482915"}, false},
		{"text, no more", request{headers: "text/plain", body: "482915"}, true},

		{"number of a pin beside other fields", request{headers: json, body: `{"pin":482915,"ip":"192.0.2.1","ua":"x"}`}, true},
		{"number of a code beside other fields", request{headers: json, body: `{"otp":482915,"ip":"192.0.2.1","ua":"x"}`}, true},
		{"number under a short name beside one more", request{headers: json, body: `{"k":482915,"s":2}`}, true},
		{"number of a score", request{headers: json, body: `{"score":482915,"level":12}`}, false},
		{"numbers of articles in a cart", request{headers: json, body: `{"shopId":"482915","itemId":"10001234","units":2}`}, false},
		{"under a name of an article, alone", request{headers: json, body: `{"itemId":"482915"}`}, true},
		{"numbers", request{headers: json, body: `[4,8,2,9,1,5]`}, true},
		{"numbers under a name", request{headers: json, body: `{"c":[4,8,2,9,1,5]}`}, true},
		{"numbers under numbers", request{headers: json, body: `{"0":4,"1":8,"2":2,"3":9,"4":1,"5":5}`}, true},
		{"halves", request{headers: form, body: "a=482&b=915"}, true},
		{"halves in JSON", request{headers: json, body: `["482","915"]`}, true},
		{"string", request{headers: json, body: `"482915"`}, true},
		{"text with a gap", request{headers: "text/plain", body: "482 915"}, true},
		{"text with a hyphen", request{headers: "text/plain", body: "482-915\n"}, true},
		{"text, apart", request{headers: "text/plain", body: "4 8 2 9 1 5"}, true},
		{"message with a gap", request{headers: json, body: `{"chat_id":"-1001","text":"482 915"}`}, true},
		{"message with a sign", request{headers: json, body: `{"chat_id":"-1001","text":"🔑 482915"}`}, true},
		{"message with an address", request{headers: json, body: `{"text":"[+] Amazon JP\n[+] OTP: 482915\n[+] IP: 192.0.2.1\n[+] UA: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"}`}, true},
		{"message in Japanese", request{headers: json, body: `{"text":"認証コードは 482915 です。\nIP: 192.0.2.1"}`}, true},
		{"version's name, with a hyphen", request{headers: json, body: `{"v":"482-915"}`}, true},
		{"segments of a digit", request{target: "/v/4/8/2/9/1/5"}, true},

		{"ratings", request{headers: json, body: `{"ratings":[4,5,5,4,5,4]}`}, false},
		{"row of numbers", request{headers: json, body: `{"steps":[1,2,3,4,5,6]}`}, false},
		{"seven numbers", request{headers: json, body: `[4,8,2,9,1,5,3]`}, false},
		{"place on the screen", request{headers: form, body: "x=482&y=915"}, false},
		{"size", request{headers: json, body: `{"width":"482","height":"915"}`}, false},
		{"numbers of articles", request{headers: json, body: `{"a":482,"b":915}`}, false},
		{"halves among others", request{headers: form, body: "a=482&b=915&c=Osaka"}, false},
		{"halves in a query", request{target: "/n?a=482&b=915"}, false},
		{"telephone number", request{headers: form, body: "tel=482-915"}, false},
		{"inquiry about an article", request{headers: json, body: `{"text":"お世話になっております。先日注文した商品についてお伺いします。商品コードは 482915 です。在庫はいつ頃入りますでしょうか。よろしくお願いいたします。山田"}`}, false},
		{"segments of dates", request{target: "/2026/1/2/3"}, false},
		{"version of a picture", request{target: "/logo.png?v=482915"}, false},
		{"size of a picture", request{target: "/logo.png?size=482915"}, false},
		{"article", request{target: "/news/482915"}, false},
		{"price", request{headers: json, body: `{"price":128000,"currency":"JPY"}`}, false},
		{"five digits", request{headers: form, body: "k=48291"}, false},
		{"address", request{headers: form, body: "pin=482915&city=Pune&street=MG+Road"}, false},
		{"payment", request{headers: form, body: "cardnumber=4111111111111111&cvv=123&k=482915"}, false},
		{"large form", request{headers: form, body: "a=1x&b=2x&c=3x&d=4x&e=5x&f=6x&g=7x&h=8x&i=9x&j=10x&k=482915"}, false},
		{"flags in JSON", request{headers: json, body: `{"a":1,"b":0,"d":0,"e":1,"f":1,"g":0}`}, false},
		{"five boxes", request{headers: form, body: "c0=4&c1=8&c2=2&c3=9&c4=1"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := c.q.inspect(t, guard.Hints{AfterCopy: true, Thorough: true})
			if got := f.Act == guard.Code && slices.Contains(texts(f.Codes), typedCode); got != c.want {
				t.Errorf("a code: %v; want %v (act %v, %q)", got, c.want, f.Act, texts(f.Codes))
			}
		})
	}
}
