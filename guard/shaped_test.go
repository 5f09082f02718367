package guard_test

import (
	"testing"

	"sekisho/guard"
)

// TestShaped: what a script sends from a form to sign in with has any names, or none. What
// else such a site sends has an address too.
func TestShaped(t *testing.T) {
	t.Parallel()
	shown, amazon := guard.Hints{Prompts: true}, guard.Hints{Prompts: true, Suspicious: true}
	for _, test := range []struct {
		body  string
		hints guard.Hints
		want  bool
	}{
		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, shown, true},
		{`{"username":"tanaka@shop-mail.jp","x":"Kaeru-4417x"}`, shown, true},
		{`{"username":"tanaka1","x":"kaeru4417"}`, shown, true},
		{`{"user":"tanaka@shop-mail.jp","secret":"Kaeru-4417x"}`, shown, true},
		{`{"data1":"tanaka@shop-mail.jp","data2":"Kaeru-4417x"}`, shown, true},
		{`{"field_1":"tanaka@shop-mail.jp","field_2":"Kaeru-4417x"}`, shown, true},
		{`{"em":"tanaka@shop-mail.jp","ps":"Kaeru-4417x"}`, shown, true},
		{`{"u":"tanaka@shop-mail.jp","p":"Kaeru-4417x"}`, shown, true},
		{`{"u":"09012345678","p":"Kaeru-4417x"}`, shown, true},
		{`{"acc":"tanaka@shop-mail.jp","sec":"Kaeru-4417x","go":true}`, shown, true},
		{`["tanaka@shop-mail.jp","Kaeru-4417x"]`, shown, true},
		{`{"d":{"a":"tanaka@shop-mail.jp","b":"Kaeru-4417x"},"_csrf":"k3J9xq22Lm0Pz8Rt5Yv1Wn4Q"}`, shown, true},
		{`a=tanaka%40shop-mail.jp&b=Kaeru-4417x`, shown, true},
		{`{"login":"tanaka@shop-mail.jp","data":"Kaeru-4417x"}`, shown, true},
		{`{"d":"eyJ1IjoidGFuYWthQHNob3AtbWFpbC5qcCIsInAiOiJLYWVydS00NDE3eCJ9"}`, shown, true},
		{`7b2275223a2274616e616b614073686f702d6d61696c2e6a70222c2270223a224b616572752d3434313778227d`, shown, true},
		{`{"v":["tanaka@shop-mail.jp","Kaeru-4417x"]}`, shown, true},
		{`[{"i":0,"t":"tanaka@shop-mail.jp"},{"i":1,"t":"Kaeru-4417x"}]`, shown, true},
		{`42["login",{"f":"login","v":["tanaka@shop-mail.jp","Kaeru-4417x"]}]`, shown, true},
		{`42["login","tanaka@shop-mail.jp","Kaeru-4417x"]`, shown, true},
		{`tanaka@shop-mail.jp,Kaeru-4417x`, shown, true},
		{`"Kaeru-4417x";"tanaka@shop-mail.jp"`, shown, true},
		{"tanaka@shop-mail.jp\nKaeru-4417x\n", shown, true},
		{`eyJ1IjoidGFuYWthQHNob3AtbWFpbC5qcCIsInAiOiJLYWVydS00NDE3eCJ9`, shown, true}, // {"u":…,"p":…}
		{`dGFuYWthQHNob3AtbWFpbC5qcHxLYWVydS00NDE3eA==`, shown, true},                 // …|…
		{`74616e616b614073686f702d6d61696c2e6a707c4b616572752d3434313778`, shown, true},
		{`{"login":"tanaka@shop-mail.jp","code":"Kaeru-4417x"}`, amazon, true},
		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, amazon, true},

		{`{"email":"tanaka@shop-mail.jp","b":"Kaeru-4417x"}`, guard.Hints{}, false},
		{`{"login":"tanaka@shop-mail.jp","code":"Kaeru-4417x"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","code":"Ab3-99Kd"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","message":"料金プランについて教えてください"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","m":"料金プランについて教えてください"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","plan":"Standard-2"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","event":"PageView1","ts":1764000000}`, amazon, false},
		{`{"user":"tanaka@shop-mail.jp","page":"/login","sid":"k3J9-xq22"}`, amazon, false},
		{`{"mail":"tanaka@shop-mail.jp","coupon":"WINTER26"}`, amazon, false},
		{`{"mail":"tanaka@shop-mail.jp","cp":"WINTER-2026-AB"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","invite":"Ab3-99Kd"}`, amazon, false},
		{`{"email":"tanaka@shop-mail.jp","t":"Ab3-99Kd"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","rc":"03AFcWeA5kL9q2Zx7Vb1Nm4Pp0Rt6Yu3"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","x":"8f14e45fceea167a5a36dedd4bea2543"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","v":"1.25.0-beta2"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","ab":"new-checkout-v2"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","tz":"Asia/Tokyo"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","lg":"ja-JP"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","c":"483920"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","dt":"2026-11-26T10:30:00Z"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","tok":"tok_1N3T00LkdIwHu7ixt44h1F8k"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","nickname":"Tanaka-22"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","handle":"Tanaka-22"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","workspace":"acme2026"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","zip":"150-0001"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","to":"Suzuki-22x"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","cc":"suzuki@shop-mail.jp","n":"Suzuki-22x"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","a":"Kaeru-4417x","b":"Tanuki-99z"}`, shown, false},
		{`{"a":"tanaka@shop-mail.jp","b":"Kaeru-4417x","c":1,"d":2,"e":3}`, shown, false},
		{`{"el":"btn#save-8","b":"Kaeru-4417x"}`, shown, false},
		{`{"userId":"u_99182","ab":"VariantB2"}`, shown, false},
		{`{"id":"48213","b":"Kaeru-4417x"}`, shown, false},
		{`{"theme":"Dark-2","lang":"ja"}`, shown, false},
		{`{"sku":"B0C-1234-XY","qty":"3"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","c":"WINTER26"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","g":"Xy7Ab2"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","m":"Hello-World1"}`, shown, false},
		{`{"email":"tanaka@shop-mail.jp","i":"Ab3-99Kd"}`, shown, false},
		{`{"uid":"tanaka@shop-mail.jp","ev":"Add-to-Cart2"}`, shown, false},
		{`{"uid":"tanaka@shop-mail.jp","exp":"Checkout-B2"}`, shown, false},
		{`{"emails":["tanaka@shop-mail.jp"],"doc":"Plan-2026x"}`, shown, false},
		{`{"emails":["tanaka@shop-mail.jp","Sales-22x"]}`, shown, false},
		{`{"to":["tanaka@shop-mail.jp","Sales-22x"]}`, shown, false},
		{`{"tags":["tanaka@shop-mail.jp","Vip-2026"]}`, shown, false},
		{`{"values":[["tanaka@shop-mail.jp","Gold-2026"]]}`, shown, false},
		{`{"row":["tanaka@shop-mail.jp","Nabe-2026x"]}`, shown, false},
		{`{"fields":[{"name":"email","value":"tanaka@shop-mail.jp"},{"name":"coupon","value":"Winter-26a"}]}`, shown, false},
		{`42["message",{"to":"tanaka@shop-mail.jp","text":"Kaeru-22x"}]`, shown, false},
		{`42["join",{"room":"Sales-22x","user":"tanaka@shop-mail.jp"}]`, shown, false},
		{`Tanaka22x <tanaka@shop-mail.jp>`, shown, false},
		{`email:tanaka@shop-mail.jp plan:Gold-2026`, shown, false},
		{`plan=Standard-2&address=tanaka@shop-mail.jp`, shown, false},
		{`tanaka@shop-mail.jp,Tokyo,Gold-2026`, shown, false},
		{`tanaka@shop-mail.jp 承りました`, shown, false},
		{`{"q":"tanaka@shop-mail.jp Kaeru-22x"}`, shown, false},
	} {
		q := request{method: "POST", target: "/api/x", headers: "Content-Type: application/json", body: test.body}
		switch test.body[0] {
		case 'a':
			q.headers = "Content-Type: application/x-www-form-urlencoded"
		case '{', '[':
		default:
			q.headers = "Content-Type: text/plain;charset=UTF-8"
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
		for _, hints := range []guard.Hints{{Prompts: true}, {Prompts: true, Known: known}, {Prompts: true, Suspicious: true}} {
			if f := o.request.inspect(t, hints); f.Shaped {
				t.Errorf("%s: taken for a sign-in with %+v", o.name, hints)
			}
		}
	}
}
