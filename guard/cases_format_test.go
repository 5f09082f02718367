package guard_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"sekisho/guard"
)

var (
	pairs    = url.Values{"email": {typedID}, "password": {typedPass}}.Encode()
	jsonPair = fmt.Sprintf(`{"email":%q,"password":%q}`, typedID, typedPass)
)

// field writes one part of a multipart body.
func field(disposition, more, v string) string {
	return "--B0und\r\nContent-Disposition: " + disposition + "\r\n" + more + "\r\n" + v + "\r\n"
}

const multipart = "multipart/form-data; boundary=B0und"

func multi(parts ...string) string { return strings.Join(parts, "") + "--B0und--\r\n" }

// percentAll escapes every byte.
func percentAll(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

// unicodeAll escapes every letter of a JSON string.
func unicodeAll(s string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

func TestCasesForm(t *testing.T) {
	t.Parallel()
	mail := field(`form-data; name="email"`, "", typedID)
	pass := field(`form-data; name="password"`, "", typedPass)
	double := "email=" + url.QueryEscape(typedID) + "&p%2561ssword=" + url.QueryEscape(url.QueryEscape(typedPass))
	runCases(t, []testCase{
		signIn("CR-01 standard names", form, pairs),
		signIn("CR-01 charset in the label", form+";charset=UTF-8", pairs),
		signIn("CR-01 index and brackets", form, strings.NewReplacer("email", "user%5Bemail%5D", "password", "user%5Bpassword%5D").Replace(pairs)),
		signIn("CR-01 ASP.NET names", form, "__VIEWSTATE=dDwtMTIzOw%3D%3D&ctl00%24Main%24txtUserName="+url.QueryEscape(typedID)+"&ctl00%24Main%24txtPassword="+url.QueryEscape(typedPass)),
		signIn("CR-01 romanised Japanese names", form, "kaiin_no="+typedID+"&ansho_bango="+url.QueryEscape(typedPass)),
		signIn("CR-01 Japanese names", form, url.Values{"メールアドレス": {typedID}, "パスワード": {typedPass}}.Encode()),
		signIn("CR-01 full-width name", form, "email="+typedID+"&ｐａｓｓｗｏｒｄ="+url.QueryEscape(typedPass)),
		signIn("CR-01 WordPress", form, "log="+typedID+"&pwd="+url.QueryEscape(typedPass)+"&wp-submit=Log+In&testcookie=1"),
		signIn("CR-01 kit names", form, "emaillo="+typedID+"&passcode="+url.QueryEscape(typedPass)),
		signIn("CR-01 everything escaped", form, percentAll("email")+"="+percentAll(typedID)+"&"+percentAll("password")+"="+percentAll(typedPass)),
		signIn("CR-01 escaped twice", form, double),
		signIn("CR-01 ampersand as an entity", form, "email="+typedID+"&amp;password="+url.QueryEscape(typedPass)),
		signIn("CR-01 semicolon between pairs", form, "email="+typedID+";password="+url.QueryEscape(typedPass)),
		signIn("CR-01 entity in a name", form, "email="+typedID+"&&#112;assword="+url.QueryEscape(typedPass)),
		signIn("CR-01 an empty decoy first", form, "password=&"+pairs),
		signIn("CR-01 the password grant", form, "grant_type=password&client_id=web&username="+typedID+"&password="+url.QueryEscape(typedPass)),
		{
			name: "CR-01 plus is a space", request: request{headers: form, body: "email=" + typedID + "&password=two+words+here"},
			act: guard.SignIn, id: typedID, password: "two words here",
		},
		signIn("CR-02 fields", multipart, multi(mail, pass)),
		signIn("CR-02 both field and file", multipart, multi(mail, field(`form-data; name="password"; filename="a.png"`, "Content-Type: image/png\r\n", typedPass))),
		signIn("CR-02 JSON in a blob", multipart, multi(field(`form-data; name="data"; filename="blob"`, "Content-Type: application/json\r\n", jsonPair))),
		signIn("CR-02 JSON in a field", multipart, multi(field(`form-data; name="data"`, "", jsonPair))),
		signIn("CR-02 names bare and in capitals", multipart, multi(mail, field(`FORM-DATA; NAME=password`, "", typedPass))),
		signIn("CR-02 extended name", multipart, multi(mail, field(`form-data; name*=utf-8''pass%77ord`, "", typedPass))),
		signIn("CR-02 name given twice", multipart, multi(mail, field(`form-data; name="x"; name="password"`, "", typedPass))),
		signIn("CR-02 folded header", multipart, multi(mail, field("form-data;\r\n name=\"password\"", "", typedPass))),
		signIn("CR-02 line feeds only", multipart, strings.ReplaceAll(multi(mail, pass), "\r\n", "\n")),
		signIn("CR-02 boundary given twice", "multipart/form-data; boundary=other; boundary=B0und", multi(mail, pass)),
		signIn("CR-02 quoted boundary", `multipart/form-data; charset=utf-8; BOUNDARY="B0und"`, multi(mail, pass)),
		signIn("CR-02 wrong boundary", "multipart/form-data; boundary=other", multi(mail, pass)),
		signIn("CR-02 labelled as text", "text/plain", multi(mail, pass)),
		signIn("CR-02 text before the first part", multipart, "preamble\r\n"+multi(mail, pass)),
		signIn("CR-02 no closing delimiter", multipart, mail+pass),
		signIn("CR-02 nested", "multipart/mixed; boundary=out", "--out\r\nContent-Type: "+multipart+"\r\n\r\n"+multi(mail, pass)+"\r\n--out--"),
		signIn("CR-02 base64 part", multipart, multi(mail, field(`form-data; name="password"`, "Content-Transfer-Encoding: base64\r\n", base64.StdEncoding.EncodeToString([]byte(typedPass))))),
		signIn("CR-02 quoted-printable part", multipart, multi(mail, field(`form-data; name="password"`, "Content-Transfer-Encoding: quoted-printable\r\n", strings.ReplaceAll(typedPass, "!", "=21")))),
		signIn("CR-04 JSON as text", "text/plain;charset=UTF-8", jsonPair),
		signIn("CR-04 JSON without a label", "", jsonPair),
		signIn("CR-04 JSON labelled as a form", form, jsonPair),
		signIn("CR-04 JSON labelled as a picture", "image/png", jsonPair),
		signIn("CR-04 form as text", "text/plain", pairs),
		signIn("CR-04 form without a label", "", pairs),
		signIn("CR-04 form labelled as JSON", "application/json", pairs),
		signIn("CR-04 form labelled as bytes", "application/octet-stream", pairs),
		signIn("CR-04 the text/plain of HTML forms", "text/plain", "email="+typedID+"\r\npassword="+typedPass+"\r\n"),
		signIn("CR-04 a form that begins like JSON", "text/plain", `{"a":1}=&`+pairs),
		{
			name: "CR-04 a message to a messenger", request: request{headers: "application/json", body: `{"chat_id":12,"text":"New log\nE-mail: ` + typedID + `\nPassword: ` + typedPass + `\nIP: 192.0.2.1"}`},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		signIn("CR-04 a message in Japanese", "", "メールアドレス："+typedID+"\nパスワード："+typedPass),
		signIn("CR-06 body in base64", "text/plain", base64.StdEncoding.EncodeToString([]byte(jsonPair))),
		signIn("CR-06 body in base64url", "", base64.RawURLEncoding.EncodeToString([]byte(pairs))),
		signIn("CR-06 body in base64 twice", "", base64Std(base64Std(jsonPair))),
		signIn("CR-06 body in percent escapes", "application/json", url.QueryEscape(jsonPair)),
		signIn("CR-07 gzip in a file of multipart", multipart, multi(field(`form-data; name="d"; filename="blob"`, "Content-Type: application/json\r\n", gzipped(jsonPair)))),
		signIn("CR-04 JSON with bare names", "application/json", `{email:"`+typedID+`",password:"`+typedPass+`"}`),
		signIn("CR-04 YAML", "application/yaml", "email: "+typedID+"\npassword: "+typedPass+"\n"),
		signIn("CR-04 JSON in a call", "text/javascript", "cb("+jsonPair+")"),
		signIn("CR-06 body in hex", "", hex.EncodeToString([]byte(jsonPair))),
		signIn("CR-06 body in base64 with line breaks", "", base64.StdEncoding.EncodeToString([]byte(jsonPair))[:40]+"\r\n"+base64.StdEncoding.EncodeToString([]byte(jsonPair))[40:]),
		signIn("CR-06 field with everything", form, "d="+url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(jsonPair)))),
		signIn("CR-06 data URL in JSON", "application/json", `{"d":"data:application/json;base64,`+base64.StdEncoding.EncodeToString([]byte(jsonPair))+`"}`),
		signIn("CR-06 each value in base64", form, url.Values{"email": {base64.StdEncoding.EncodeToString([]byte(typedID))}, "password": {base64.StdEncoding.EncodeToString([]byte(typedPass))}}.Encode()),
		signIn("CR-06 each value in hex", "application/json", fmt.Sprintf(`{"email":"%x","password":"%x"}`, typedID, typedPass)),
	})
}
