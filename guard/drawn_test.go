package guard_test

import (
	"testing"

	"sekisho/guard"
)

// TestShaped: what a script sends from a form that it drew itself has any names. What else
// such a page sends has an address too.
func TestShaped(t *testing.T) {
	t.Parallel()
	drawn, amazon := guard.Hints{Drawn: true}, guard.Hints{Drawn: true, Suspicious: true}
	for _, test := range []struct {
		body  string
		hints guard.Hints
		want  bool
	}{
		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, drawn, true},
		{`{"username":"tanaka@shop-mail.jp","x":"Kaeru-4417x"}`, drawn, true},
		{`{"username":"tanaka1","x":"kaeru4417"}`, drawn, true},
		{`{"user":"tanaka@shop-mail.jp","secret":"Kaeru-4417x"}`, drawn, true},
		{`{"data1":"tanaka@shop-mail.jp","data2":"Kaeru-4417x"}`, drawn, true},
		{`{"field_1":"tanaka@shop-mail.jp","field_2":"Kaeru-4417x"}`, drawn, true},
		{`{"em":"tanaka@shop-mail.jp","ps":"Kaeru-4417x"}`, drawn, true},
		{`{"u":"tanaka@shop-mail.jp","p":"Kaeru-4417x"}`, drawn, true},
		{`{"u":"09012345678","p":"Kaeru-4417x"}`, drawn, true},
		{`{"acc":"tanaka@shop-mail.jp","sec":"Kaeru-4417x","go":true}`, drawn, true},
		{`["tanaka@shop-mail.jp","Kaeru-4417x"]`, drawn, true},
		{`{"d":{"a":"tanaka@shop-mail.jp","b":"Kaeru-4417x"},"_csrf":"k3J9xq22Lm0Pz8Rt5Yv1Wn4Q"}`, drawn, true},
		{`a=tanaka%40shop-mail.jp&b=Kaeru-4417x`, drawn, true},
		{`{"login":"tanaka@shop-mail.jp","code":"Kaeru-4417x"}`, amazon, true},
		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, amazon, true},

		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, guard.Hints{}, false},
		{`{"login":"tanaka@shop-mail.jp","code":"Kaeru-4417x"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","code":"Ab3-99Kd"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","message":"料金プランについて教えてください"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","m":"料金プランについて教えてください"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","plan":"Standard-2"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","event":"PageView1","ts":1764000000}`, amazon, false},
		{`{"user":"tanaka@shop-mail.jp","page":"/login","sid":"k3J9-xq22"}`, amazon, false},
		{`{"mail":"tanaka@shop-mail.jp","coupon":"WINTER26"}`, amazon, false},
		{`{"mail":"tanaka@shop-mail.jp","cp":"WINTER-2026-AB"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","invite":"Ab3-99Kd"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","t":"Ab3-99Kd"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","rc":"03AFcWeA5kL9q2Zx7Vb1Nm4Pp0Rt6Yu3"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","x":"8f14e45fceea167a5a36dedd4bea2543"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","v":"1.25.0-beta2"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","ab":"new-checkout-v2"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","tz":"Asia/Tokyo"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","lg":"ja-JP"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","c":"483920"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","dt":"2026-11-26T10:30:00Z"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","tok":"tok_1N3T00LkdIwHu7ixt44h1F8k"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","nickname":"Tanaka-22"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","handle":"Tanaka-22"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","workspace":"acme2026"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","zip":"150-0001"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","to":"Suzuki-22x"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","cc":"suzuki@shop-mail.jp","n":"Suzuki-22x"}`, drawn, false},
		{`{"email":"tanaka@shop-mail.jp","a":"Kaeru-4417x","b":"Tanuki-99z"}`, drawn, false},
		{`{"a":"tanaka@shop-mail.jp","b":"Kaeru-4417x","c":1,"d":2,"e":3}`, drawn, false},
		{`{"el":"btn#save-8","b":"Kaeru-4417x"}`, drawn, false},
		{`{"userId":"u_99182","ab":"VariantB2"}`, drawn, false},
		{`{"id":"48213","b":"Kaeru-4417x"}`, drawn, false},
		{`{"theme":"Dark-2","lang":"ja"}`, drawn, false},
		{`{"sku":"B0C-1234-XY","qty":"3"}`, drawn, false},
	} {
		q := request{method: "POST", target: "/api/x", headers: "Content-Type: application/json", body: test.body}
		if test.body[0] == 'a' {
			q.headers = "Content-Type: application/x-www-form-urlencoded"
		}
		f := q.inspect(t, test.hints)
		if f.Shaped != test.want || f.Shaped && f.Act != guard.SignIn {
			t.Errorf("%s with %+v: act %v, shaped %v; want %v", test.body, test.hints, f.Act, f.Shaped, test.want)
		}
		q.method = "GET"
		if f := q.inspect(t, test.hints); f.Shaped {
			t.Errorf("%s by GET is taken for one", test.body)
		}
	}
}

// TestShapedOrdinary: nothing of what is ordinary has that form.
func TestShapedOrdinary(t *testing.T) {
	t.Parallel()
	for _, o := range readOrdinary(t) {
		for _, hints := range []guard.Hints{{Drawn: true}, {Drawn: true, Known: known}, {Drawn: true, Suspicious: true}} {
			if f := o.request.inspect(t, hints); f.Shaped {
				t.Errorf("%s: taken for a sign-in with %+v", o.name, hints)
			}
		}
	}
}
