package guard_test

import (
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR21Called: where a name or a text says code, after a copy no pattern of digits passes.
func TestCR21Called(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	after := guard.Hints{AfterCopy: true, Thorough: true}
	for name, q := range map[string]request{
		"PIN in a message":           {headers: json, body: `{"chat_id":"-1001","text":"PIN %d"}`},
		"verify in a message":        {headers: json, body: `{"content":"verify:%d"}`},
		"2FA above the digits":       {headers: json, body: `{"msg":"[Amazon] 2FA\n%d"}`},
		"line of a message":          {headers: json, body: `{"text":"[+] Amazon JP\n[+] PIN: %d\n[+] IP: 192.0.2.1\n[+] UA: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"}`},
		"text, no more":              {headers: "text/plain", body: "PIN %d"},
		"cookie":                     {headers: "Cookie: a=b; pin=%d"},
		"subprotocol":                {headers: "Sec-Websocket-Protocol: otp, %d"},
		"header":                     {headers: "X-Mfa: %d"},
		"path":                       {target: "/pin/%d"},
		"path of two words":          {target: "/verify_code/%d"},
		"address for codes":          {target: "/api/otp", headers: json, body: `{"data":"%d"}`},
		"program for codes":          {target: "/check-otp.php", headers: form, body: "data=%d"},
		"query of an address for it": {target: "/otp?v=%d&a=b"},
		"action in the query":        {method: "POST", target: "/x.php?action=otp", headers: form, body: "data=%d"},
		"step":                       {headers: form, body: "step=otp&val=%d"},
		"title":                      {headers: json, body: `{"embeds":[{"title":"OTP","description":"%d"}]}`},
		"object":                     {headers: json, body: `{"otp":{"x":"%d"}}`},
		"element":                    {headers: "application/xml", body: "<otp><x>%d</x></otp>"},
		"array of a form":            {headers: form, body: "mfa[x]=%d"},
		"pair in a value":            {headers: json, body: `{"e":"pin=%d"}`},
		"name of two words":          {headers: form, body: "check_code=%d&a=b"},
		"Chinese name":               {headers: form, body: "yzm=%d"},
		"Spanish name":               {target: "/s?codigo=%d&a=b&c=d&e=f&g=h&i=j"},
		"name in a GET":              {target: "/s?phoneCode=%d"},
		"name in a GET among others": {target: "/s?onetime=%d&a=b&c=d&e=f&g=h&i=j"},
	} {
		for _, digits := range []string{"482915", "250000", "202611", "261126", "336699", "131072"} {
			q := q
			q.target, q.headers, q.body = strings.ReplaceAll(q.target, "%d", digits), strings.ReplaceAll(q.headers, "%d", digits), strings.ReplaceAll(q.body, "%d", digits)
			if f := q.inspect(t, after); f.Act != guard.Code || len(f.Codes) == 0 || texts(f.Codes)[0] != digits {
				t.Errorf("%s, %s: act %v, %q; want a code", name, digits, f.Act, texts(f.Codes))
			}
		}
	}
	for name, q := range map[string]request{
		"survey":                      {headers: form, body: "answer1=3&answer2=5&answer3=4&answer4=2&answer5=1&answer6=5"},
		"survey in JSON":              {headers: json, body: `{"answer":[3,5,4,2,1,5]}`},
		"code of a currency":          {headers: form, body: "code=JPY&amount=128000"},
		"token beside an amount":      {headers: form, body: "token=kX93hdSw20&amount=128000"},
		"address for coupons":         {target: "/promo-code/check", headers: json, body: `{"total":"128000"}`},
		"tan":                         {headers: json, body: `{"color":"Tan","price":"128000"}`},
		"shopping":                    {headers: json, body: `{"from":"shopping footpath","price":"128000"}`},
		"article among answers":       {target: "/answer/482915"},
		"token and when it ends":      {headers: json, body: `{"token":{"value":"kX93hdSw20","expires_in":604800}}`},
		"element for program text":    {headers: "application/xml", body: "<p><code>JPY</code><sum>128000</sum></p>"},
		"order's own line of a text":  {headers: json, body: `{"text":"お世話になっております。\n注文番号: 250000\n商品コード: 482915\n在庫はいつ頃入りますでしょうか。よろしくお願いいたします。山田"}`},
		"months in a query of a page": {target: "/verified-sellers?m=202611"},
	} {
		if f := q.inspect(t, after); f.Act == guard.Code {
			t.Errorf("%s: a code: %q", name, texts(f.Codes))
		}
	}
}

// TestCR21CalledBoxes: nor does one whose digits come each in a field, or as numbers.
func TestCR21CalledBoxes(t *testing.T) {
	t.Parallel()
	each := func(digits, between, before, behind string) string {
		var all []string
		for i, d := range digits {
			all = append(all, strings.ReplaceAll(before, "%n", string(rune('1'+i)))+string(d)+behind)
		}
		return strings.Join(all, between)
	}
	for _, digits := range []string{"482915", "135241", "112211", "123456"} {
		for _, name := range []string{"code", "mfa_", "code_", "pin", "digit", "otp-digit-", "codeBox", "verification"} {
			for shape, q := range map[string]request{
				"fields":          {headers: form, body: each(digits, "&", name+"%n=", "")},
				"fields and more": {headers: form, body: "step=2&" + each(digits, "&", name+"%n=", "")},
				"repeated":        {headers: form, body: each(digits, "&", name+"=", "")},
				"array":           {headers: form, body: each(digits, "&", name+"[]=", "")},
				"JSON":            {headers: "application/json", body: `{"` + name + `":[` + each(digits, ",", "", "") + `]}`},
				"JSON, named":     {headers: "application/json", body: `{` + each(digits, ",", `"`+name+`%n":`, "") + `}`},
			} {
				f := q.inspect(t, guard.Hints{AfterCopy: true, Thorough: true})
				if f.Act != guard.Code || len(f.Codes) == 0 || texts(f.Codes)[0] != digits {
					t.Errorf("%s, %s, %s: act %v, %q; want a code", name, digits, shape, f.Act, texts(f.Codes))
				}
			}
		}
	}
}
