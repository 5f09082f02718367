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
		{"survey", request{headers: form, body: "q1=3&q2=5&q3=4&q4=2&q5=1&q6=5"}, false},
		{"survey in JSON", request{headers: json, body: `{"answers":[3,5,4,2,1,5]}`}, false},

		{"a whole thousand that is called a code", request{headers: form, body: "otp=128000"}, true},
		{"a month that is called a code", request{headers: json, body: `{"code":"202611"}`}, true},
		{"a day in a header for codes", request{headers: "X-Code: 261126"}, true},
		{"a whole thousand in a pin", request{headers: form, body: "pin=128000"}, true},
		{"a whole thousand in a text for codes", request{headers: "text/plain", body: "認証コード: 128000"}, true},
		{"a whole thousand behind a word for codes", request{target: "/otp/128000"}, true},
		{"a code that is called a place", request{target: "/t?x=482915"}, true},
		{"a code that is called an amount", request{headers: form, body: "amount=482915&currency=jpy"}, true},
		{"a code in a query of four fields", request{target: "/b?u=482915&a=b&c=d&e=f"}, true},
		{"what is called a code in a query of many", request{target: "/b?otp=482915&a=b&c=d&e=f&g=h&i=j"}, true},
		{"a whole ten thousand in a cookie for codes", request{headers: "Cookie: otp=250000"}, true},
		{"a whole ten thousand in a cookie of a letter", request{headers: "Cookie: k=250000"}, false},
		{"no month", request{headers: form, body: "m=202613"}, true},
		{"a month in fifty years", request{headers: form, body: "m=205012"}, true},
		{"an amount to the ten", request{headers: form, body: "amount=482910&currency=jpy"}, true},
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
