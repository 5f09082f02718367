package guard_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"sekisho/guard"
)

// msgpackStr writes a string of at most 31 bytes, or 255.
func msgpackStr(s string) string {
	if len(s) < 32 {
		return string([]byte{0xa0 | byte(len(s))}) + s
	}
	return string([]byte{0xd9, byte(len(s))}) + s
}

// protobufStr writes a length-delimited field.
func protobufStr(number int, s string) string {
	return string(binary.AppendUvarint(binary.AppendUvarint(nil, uint64(number)<<3|2), uint64(len(s)))) + s
}

// cborStr writes a text string of at most 255 bytes.
func cborStr(s string) string {
	if len(s) < 24 {
		return string([]byte{0x60 | byte(len(s))}) + s
	}
	return string([]byte{0x78, byte(len(s))}) + s
}

func TestCasesTree(t *testing.T) {
	t.Parallel()
	const js = "application/json"
	deep := strings.Repeat(`{"a":[`, 200) + jsonPair + strings.Repeat(`]}`, 200)
	long := `{"pad":"` + strings.Repeat("x", 4096) + `","email":"` + typedID + `","password":"` + typedPass
	soap := `<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body><m:Login><m:UserName>` + typedID + `</m:UserName><m:Password>` + typedPass + `</m:Password></m:Login></s:Body></s:Envelope>`
	protobuf := protobufStr(1, "web") + protobufStr(2, protobufStr(1, typedID)+protobufStr(2, typedPass))
	msgpack := "\x82" + msgpackStr("email") + msgpackStr(typedID) + msgpackStr("password") + msgpackStr(typedPass)
	runCases(t, []testCase{
		signIn("CR-03 flat", js, jsonPair),
		signIn("CR-03 among literals and numbers", js, `{"a":true,"email":"`+typedID+`","b":null,"n":-1.5e3,"password":"`+typedPass+`","c":false}`),
		signIn("CR-03 nested", js, `{"data":{"attributes":{"user":{"email":"`+typedID+`"},"credentials":{"password":"`+typedPass+`"}}}}`),
		signIn("CR-03 in an array", js, `[1,[null,`+jsonPair+`]]`),
		signIn("CR-03 two hundred levels down", js, deep),
		signIn("CR-03 duplicate keys, decoy last", js, `{"email":"`+typedID+`","password":"`+typedPass+`","password":""}`),
		signIn("CR-03 duplicate keys, decoy first", js, `{"email":"`+typedID+`","password":"decoy","password":"`+typedPass+`"}`),
		signIn("CR-03 everything escaped", js, `{"`+unicodeAll("email")+`":"`+unicodeAll(typedID)+`","`+unicodeAll("password")+`":"`+unicodeAll(typedPass)+`"}`),
		signIn("CR-03 byte order mark", js, "\xef\xbb\xbf"+jsonPair),
		signIn("CR-03 JSON in a string", js, `{"payload":`+strconv.Quote(jsonPair)+`}`),
		signIn("CR-03 JSON as a string", js, strconv.Quote(jsonPair)),
		signIn("CR-03 one a line", "application/x-ndjson", `{"t":1}`+"\n"+jsonPair+"\n"),
		signIn("CR-03 cut short", js, long),
		signIn("CR-03 names as values", js, `[{"name":"email","value":"`+typedID+`"},{"value":"`+typedPass+`","name":"password"}]`),
		signIn("CR-03 entries", js, `[["email","`+typedID+`"],["password","`+typedPass+`"]]`),
		signIn("CR-03 value in an object", js, `{"email":{"value":"`+typedID+`"},"password":{"value":"`+typedPass+`"}}`),
		signIn("CR-03 Cognito", "application/x-amz-json-1.1", `{"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+typedID+`","PASSWORD":"`+typedPass+`"},"ClientId":"x"}`),
		signIn("CR-03 after a guard against inclusion", js, `)]}',`+"\n"+jsonPair),
		signIn("CR-05 GraphQL variables", js, `{"operationName":"L","query":"mutation L($e:String!,$p:String!){login(email:$e,password:$p){token}}","variables":{"email":"`+typedID+`","password":"`+typedPass+`"}}`),
		signIn("CR-05 GraphQL variables of any name", js, `{"query":"mutation L($e:String!,$v:String!){\nlogin(email:$e,\npassword: $v){token}}","variables":{"e":"`+typedID+`","v":"`+typedPass+`"}}`),
		signIn("CR-05 GraphQL variables before the document", js, `{"variables":{"e":"`+typedID+`","p":"`+typedPass+`"},"query":"mutation L($e:String!,$p:String!){login(input:{email:$e,password:$p}){token}}"}`),
		signIn("CR-05 GraphQL variables in a form", form, "query="+percentAll("mutation{login(email:$e,password:$p){token}}")+"&variables="+percentAll(`{"e":"`+typedID+`","p":"`+typedPass+`"}`)),
		signIn("CR-05 GraphQL literals", js, `{"query":"mutation{login(input:{email:\"`+typedID+`\",password:\"`+typedPass+`\"}){token}}"}`),
		signIn("CR-05 GraphQL document", "application/graphql", `mutation { login(email: "`+typedID+`", password: """`+typedPass+`""") { token } }`),
		signIn("CR-05 GraphQL default of a variable", "application/graphql", `mutation L($email: String! = "`+typedID+`", $password: String = "`+typedPass+`") { l }`),
		signIn("CR-05 SOAP", "text/xml; charset=utf-8", soap),
		signIn("CR-05 SOAP without a label", "", soap),
		signIn("CR-05 XML attributes", "application/xml", `<login email='`+typedID+`' password="`+typedPass+`"/>`),
		signIn("CR-05 XML names and values", "application/xml", `<f><field name="email">`+typedID+`</field><field name="password" value="`+typedPass+`"/></f>`),
		signIn("CR-05 XML-RPC", "text/xml", `<methodCall><params><struct><member><name>email</name><value><string>`+typedID+`</string></value></member><member><name>password</name><value><string>`+typedPass+`</string></value></member></struct></params></methodCall>`),
		signIn("CR-05 XML CDATA and references", "text/xml", `<a><email>taro.yamada&#64;office-example.jp</email><password><![CDATA[`+typedPass+`]]></password></a>`),
		signIn("CR-05 XML entity", "text/xml", `<!DOCTYPE a [<!ENTITY e "`+typedID+`"><!ENTITY p "`+typedPass+`">]><a><email>&e;</email><password>&p;</password></a>`),
		signIn("CR-05 msgpack", "application/msgpack", "\x82"+msgpackStr("email")+msgpackStr(typedID)+msgpackStr("password")+msgpackStr(typedPass)),
		signIn("CR-05 msgpack without a label", "application/octet-stream", "\x92\x01\x82"+msgpackStr("email")+msgpackStr(typedID)+msgpackStr("password")+msgpackStr(typedPass)),
		signIn("CR-05 CBOR", "application/cbor", "\xa2"+cborStr("email")+cborStr(typedID)+cborStr("password")+cborStr(typedPass)),
		signIn("CR-05 CBOR without a label, indefinite", "", "\xbf"+cborStr("user")+"\xbf"+cborStr("email")+cborStr(typedID)+cborStr("password")+cborStr(typedPass)+"\xff\xff"),
		signIn("CR-05 BSON by its strings", "application/bson", "\x4f\x00\x00\x00\x02email\x00\x1d\x00\x00\x00"+typedID+"\x00\x02password\x00\x11\x00\x00\x00"+typedPass+"\x00\x00"),
		{
			name: "CR-05 protobuf, address known", request: request{headers: "application/x-protobuf", body: protobuf},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-05 gRPC-web, address known", request: request{headers: "application/grpc-web+proto", body: fmt.Sprintf("\x00\x00\x00\x00%c%s", len(protobuf), protobuf)},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-05 unknown binary, address known", request: request{body: "\x00\x01\x02\x03" + typedID + "\x00\x00" + typedPass + "\x00\xff"},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		signIn("CR-06 msgpack in base64", "text/plain", base64Std(msgpack)),
		signIn("CR-06 msgpack in base64 in a field", form, "d="+url.QueryEscape(base64Std(msgpack))),
		signIn("CR-06 msgpack in base64url in JSON", "application/json", `{"d":"`+base64URL(msgpack)+`"}`),
		signIn("CR-06 msgpack in hex", "text/plain", hex.EncodeToString([]byte(msgpack))),
		signIn("CR-06 msgpack in an array, in base64", "text/plain", base64Std("\x93\x01\x02"+msgpack)),
		signIn("CR-06 CBOR in base64", "text/plain", base64Std("\xa2"+cborStr("email")+cborStr(typedID)+cborStr("password")+cborStr(typedPass))),
		{
			name: "CR-06 gRPC-web-text, address known", request: request{headers: "application/grpc-web-text+proto", body: base64Std("\x00\x00\x00\x00" + string(rune(len(protobuf))) + protobuf)},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-06 gRPC in base64 under another label, address known", request: request{headers: "text/plain", body: base64Std("\x00\x00\x00\x00" + string(rune(len(protobuf))) + protobuf)},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		signIn("CR-11 socket.io polling", "text/plain;charset=UTF-8", `42["login",`+jsonPair+`]`),
		signIn("CR-11 socket.io polling, lengths", "text/plain", `97:42/kit,7["login",`+jsonPair+`]`),
		signIn("CR-11 engine.io packet of bytes", "text/plain;charset=UTF-8", "b"+base64Std(jsonPair)),
		signIn("CR-11 engine.io packets of bytes", "text/plain;charset=UTF-8", "451-[\"login\",{\"_placeholder\":true,\"num\":0}]\x1eb"+base64Std("\x82"+msgpackStr("email")+msgpackStr(typedID)+msgpackStr("password")+msgpackStr(typedPass))),
		signIn("CR-11 engine.io packet of bytes, with its length", "text/plain", "120:b4"+base64Std(jsonPair)),
		signIn("CR-11 engine.io packets", "text/plain", "2\x1e42[\"x\",{}]\x1e42[\"login\","+jsonPair+"]"),
	})
}

func TestCR11Messages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		binary  bool
		payload string
	}{
		{"text JSON", false, jsonPair},
		{"socket.io", false, `42["login",` + jsonPair + `]`},
		{"form", false, pairs},
		{"binary JSON", true, jsonPair},
		{"binary gzip", true, gzipped(jsonPair)},
		{"binary msgpack", true, "\x82" + msgpackStr("email") + msgpackStr(typedID) + msgpackStr("password") + msgpackStr(typedPass)},
		{"SockJS", false, `[` + strconv.Quote(jsonPair) + `]`},
		{"STOMP", false, "SEND\ndestination:/app/login\n\n" + jsonPair + "\x00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := guard.InspectMessage(request{}.head(t), []byte(test.payload), test.binary, guard.Hints{})
			check(t, testCase{act: guard.SignIn, id: typedID, password: typedPass}, f)
		})
	}
}
