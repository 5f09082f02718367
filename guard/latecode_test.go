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
