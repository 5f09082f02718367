package guard_test

import (
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"sekisho/guard"
)

// at is a case without a body.
func at(name, target, headers string) testCase {
	return testCase{name: name, request: request{target: target, headers: headers}, act: guard.SignIn, id: typedID, password: typedPass}
}

func TestCasesRequest(t *testing.T) {
	t.Parallel()
	id, pass := url.QueryEscape(typedID), url.QueryEscape(typedPass)
	office := guard.Hints{Known: known}
	suspicious := guard.Hints{Suspicious: true}
	with := func(c testCase, change func(*testCase)) testCase { change(&c); return c }
	verb := func(name, method string) testCase {
		return with(signIn(name, "application/json", jsonPair), func(c *testCase) { c.request.method = method })
	}
	runCases(t, []testCase{
		signIn("CR-08 what a chunked body comes to", form+"\nTransfer-Encoding: chunked", pairs),
		at("CR-09 query", "/login?"+pairs, ""),
		at("CR-09 query in base64", "/p.gif?"+url.QueryEscape(base64Std(jsonPair)), ""),
		at("CR-09 parameter with everything", "/p.gif?d="+url.QueryEscape(jsonPair), ""),
		at("CR-09 fragment sent as part of the target", "/login#"+pairs, ""),
		at("CR-09 matrix parameters", "/login;email="+id+";password="+pass+"/x", ""),
		at("CR-09 segments in pairs", "/c/email/"+id+"/password/"+url.PathEscape(typedPass), ""),
		at("CR-09 segment in base64", "/c/"+base64URL(jsonPair), ""),
		at("CR-09 segment with a form in base64", "/p/"+base64URL(pairs), ""),
		at("CR-09 segment with a form in base64, padded and escaped", "/p/"+url.PathEscape(base64Std(pairs)), ""),
		at("CR-09 segment in base64 that ends like a picture", "/p/"+base64URL(pairs)+".gif", ""),
		at("CR-09 segment in hex", "/p/"+hex.EncodeToString([]byte(pairs))+"/1.gif", ""),
		with(at("CR-09 segments without names, address known", "/c/"+id+"/"+url.PathEscape(typedPass), ""), func(c *testCase) {
			c.hints, c.act = office, guard.Identify
		}),
		with(signIn("CR-09 query of a post", form, "x=1"), func(c *testCase) { c.request.target = "/login?" + pairs }),
		at("CR-10 Basic", "/", "Authorization: Basic "+base64Std(typedID+":"+typedPass)),
		at("CR-10 Basic without its scheme", "/", "Authorization: "+base64Std(typedID+":"+typedPass)),
		at("CR-10 Basic in any case", "/", "Authorization: bAsIc  "+base64Std(typedID+":"+typedPass)),
		at("CR-10 Basic under a name of its own", "/", "X-Auth: Basic "+base64Std(typedID+":"+typedPass)),
		at("CR-10 Basic under another name", "/", "Forwarded-Auth: Basic "+base64Std(typedID+":"+typedPass)),
		at("CR-10 a header of its own", "/", "X-Email: "+typedID+"\nX-Password: "+typedPass),
		signIn("CR-12 beacon", "text/plain;charset=UTF-8", jsonPair),
		{
			name: "CR-15 first step", request: request{target: "/login", headers: form, body: "username=" + id},
			act: guard.Identify, id: typedID,
		},
		{
			name: "CR-15 first step, address only", request: request{headers: "application/json", body: `{"email":"` + typedID + `"}`},
			act: guard.Identify, id: typedID,
		},
		{
			name: "CR-15 second step", request: request{headers: form, body: "password=" + pass},
			act: guard.SignIn, password: typedPass,
		},
		with(signIn("CR-15 address in two fields", form, "user1=taro.yamada&user2=office-example.jp&password="+pass), func(c *testCase) { c.hints = office }),
		with(signIn("CR-15 password in two fields", form, "email="+id+"&password1=Kaki8-Na&password2=shi!furo"), func(c *testCase) { c.act = guard.Register }),
		{
			name: "CR-16 random names, address known", request: request{headers: form, body: "x1=" + id + "&q=" + pass + "&t=1700000000"},
			hints: office, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-16 random names in JSON, address known", request: request{headers: "application/json", body: `["` + typedID + `","` + typedPass + `"]`},
			hints: office, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-16 password in q, suspicious site", request: request{headers: form, body: "q=" + pass},
			hints: suspicious, act: guard.Nothing, password: typedPass,
		},
		{
			name: "CR-16 random names, suspicious site", request: request{headers: form, body: "a=" + id + "&b=" + pass},
			hints: suspicious, act: guard.SignIn, id: typedID, password: typedPass,
		},
		{
			name: "CR-16 random names that the page explains", request: request{headers: form, body: "f_a81=" + id + "&f_c02=" + pass},
			hints: guard.Hints{Purposes: map[string]string{"f_a81": "username", "f_c02": "current-password"}},
			act:   guard.SignIn, id: typedID, password: typedPass,
		},
		{
			name: "CR-16 the names and the values swapped in meaning", request: request{headers: form, body: "search=" + id + "&comment=" + pass},
			hints: office, act: guard.Identify, id: typedID, password: typedPass,
		},
		verb("CR-20 PUT", "PUT"), verb("CR-20 PATCH", "PATCH"), verb("CR-20 a verb of its own", "LOGIN"),
		verb("CR-20 DELETE with a body", "DELETE"), verb("CR-20 GET with a body", "GET"),
		at("CR-20 GET meant as POST", "/login?"+pairs, "X-Http-Method-Override: POST"),
		{
			name: "CR-21 code", request: request{headers: form, body: "otp=" + typedCode},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 code of a Japanese form", request: request{headers: form, body: "ninshoCode=" + typedCode + "&x=1"},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 ambiguous name and a second cue", request: request{target: "/2fa", headers: "application/json", body: `{"code":"` + typedCode + `"}`},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 ambiguous name that the page explains", request: request{headers: form, body: "pin=" + typedCode},
			hints: guard.Hints{Purposes: map[string]string{"pin": "one-time-code"}}, act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 a box for each digit", request: request{headers: form, body: "otp1=4&otp2=8&otp3=2&otp4=9&otp5=1&otp6=5"},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 digits in an array", request: request{headers: "application/json", body: `{"verificationCode":["4","8","2","9","1","5"]}`},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 digits as numbers", request: request{headers: "application/json", body: `{"otp":[4,8,2,9,1,5]}`},
			act: guard.Code, code: typedCode,
		},
		{
			name: "CR-21 any name, suspicious site", request: request{headers: form, body: "x=" + typedCode},
			hints: suspicious, act: guard.Code, code: typedCode,
		},
		{
			name: "CR-01 password of digits alone", request: request{headers: form, body: "pwd=84629173"},
			act: guard.SignIn, password: "84629173",
		},
		{
			name: "CR-21 ambiguous name alone", request: request{headers: form, body: "code=" + typedCode},
			act: guard.Nothing,
		},
		{
			name: "CR-21 password and code", request: request{headers: form, body: pairs + "&totp=" + typedCode},
			act: guard.SignIn, id: typedID, password: typedPass, code: typedCode,
		},
		signIn("CR-27 over plain http", form+"\nOrigin: http://shop.example.net", pairs),
	})
}

func TestCasesAmazon(t *testing.T) {
	t.Parallel()
	id, pass := url.QueryEscape(typedID), url.QueryEscape(typedPass)
	const hidden = "appActionToken=x&subPageType=SignInClaimCollect&openid.return_to=ape%3Aa&prevRID=ape%3Ab&workflowState=eyJ6&"
	own := func(name, headers, body string, act guard.Act, change func(*testCase)) testCase {
		c := testCase{name: name, request: request{target: "/ap/signin", headers: headers, body: body}, act: act, amazon: true}
		change(&c)
		return c
	}
	runCases(t, []testCase{
		own("CR-01 Amazon, ID with the empty decoy", form, hidden+"appAction=SIGNIN_PWD_COLLECT&email="+id+"&password=&create=0", guard.Identify, func(c *testCase) { c.id = typedID }),
		own("CR-01 Amazon, password", form, hidden+"appAction=SIGNIN_PWD_COLLECT&email="+id+"&password="+pass+"&metadata1=ECdITeCs", guard.SignIn, func(c *testCase) { c.id, c.password = typedID, typedPass }),
		own("CR-21 Amazon, code", form, hidden+"appAction=SIGNIN_MFA&otpCode="+typedCode+"&rememberDevice=&mfaSubmit=Submit&deviceId=x", guard.Code, func(c *testCase) { c.code = typedCode }),
		own("CR-21 Amazon, code under another name", form, "appActionToken=x&appAction=SIGNIN_MFA&code="+typedCode, guard.Code, func(c *testCase) { c.code = typedCode }),
		own("CR-03 Amazon's names in JSON", "application/json", `{"appAction":"SIGNIN_PWD_COLLECT","email":"`+typedID+`","password":"`+typedPass+`"}`, guard.SignIn, func(c *testCase) { c.id, c.password = typedID, typedPass }),
		own("CR-02 Amazon's names in multipart", multipart, multi(field(`form-data; name="appActionToken"`, "", "x"), field(`form-data; name="metadata1"`, "", "x"), field(`form-data; name="password"`, "", typedPass)), guard.SignIn, func(c *testCase) { c.password = typedPass }),
		own("CR-01 one of Amazon's names is a coincidence", form, "metadata1=x&email="+id+"&password="+pass, guard.SignIn, func(c *testCase) { c.amazon = false }),
		own("CR-01 OpenID of another provider", form, "openid.mode=id_res&openid.ns=x&openid.identity=y&username="+id+"&password="+pass, guard.SignIn, func(c *testCase) { c.amazon = false }),
		own("CR-01 Amazon's names and nothing typed", form, strings.TrimSuffix(hidden, "&")+"&email=&password=", guard.Nothing, func(c *testCase) { c.amazon = false }),
	})
}
