package proxy_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/journal"
)

// shapes are ways to send the protected sign-in without saying what it is, or
// among much that it is not.
func shapes(t testing.TB) []carrier {
	t.Helper()
	const formType, jsonType = "application/x-www-form-urlencoded", "application/json"
	id, pass := url.QueryEscape(ownID), url.QueryEscape(ownPassword)
	short := []byte(`{"u":"` + ownID + `","k":"` + ownPassword + `"}`)
	form := "email=" + id + "&password=" + pass
	str := func(s string) string { return string([]byte{0xa0 | byte(len(s))}) + s }
	list := []carrier{
		{name: "u and k", contentType: jsonType, body: short},
		{name: "u and k, gzip", contentType: jsonType, coding: "gzip", body: packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, short)},
		{name: "a and b", contentType: formType, body: []byte("a=" + id + "&b=" + pass)},
		{name: "an array", contentType: jsonType, body: []byte(`["` + ownID + `","` + ownPassword + `"]`)},
		{name: "socket.io", contentType: "text/plain", body: []byte(`42["m",["` + ownID + `","` + ownPassword + `"]]`)},
		{name: "one value, bar", contentType: formType, body: []byte("d=" + url.QueryEscape(ownID+"|"+ownPassword))},
		{name: "one value, colon", contentType: jsonType, body: []byte(`{"d":"` + ownID + ":" + ownPassword + `"}`)},
		{name: "one value, blank", contentType: "text/plain", body: []byte(ownID + " " + ownPassword)},
		{name: "like a registration", contentType: formType, body: []byte(form + "&password2=" + pass)},
		{name: "like a change", contentType: formType, body: []byte(form + "&new_password=Something-2&current_password=Something-1")},
		{name: "a line end behind it", contentType: formType, body: []byte(form + "%0D%0A")},
		{name: "a blank and a code behind it", contentType: formType, body: []byte(form + "+482915")},
		{name: "a code before it", contentType: formType, body: []byte("email=" + id + "&password=482915" + pass)},
		{name: "a path segment", method: http.MethodGet, path: "/" + base64.RawURLEncoding.EncodeToString([]byte(form)) + "/p.gif"},
		{name: "msgpack in base64", contentType: "text/plain", body: []byte(base64.StdEncoding.EncodeToString([]byte("\x82" + str("email") + str(ownID) + str("password") + str(ownPassword))))},
		{name: "gRPC-web-text", contentType: "application/grpc-web-text", body: []byte(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "\x00\x00\x00\x00%c\n%c%s\x12%c%s", 4+len(ownID)+len(ownPassword), len(ownID), ownID, len(ownPassword), ownPassword)))},
	}
	frame := func(m string) string {
		return base64.StdEncoding.EncodeToString([]byte("\x00\x00\x00\x00" + string(rune(len(m))) + m))
	}
	idFrame, passFrame := frame("\n"+string(rune(len(ownID)))+ownID), frame("\x12"+string(rune(len(ownPassword)))+ownPassword)
	for _, label := range []string{"application/grpc-web-text", "application/grpc-web-text+proto", "text/plain"} {
		list = append(list, carrier{name: "frames in base64 as " + label, contentType: label, body: []byte(frame("") + idFrame + passFrame)})
	}
	for _, n := range []int{1, 3, 8, 9, 40} {
		var fields, keys strings.Builder
		for i := range n {
			fmt.Fprintf(&fields, "password%d=decoyvalue%d&", i, i)
			fmt.Fprintf(&keys, `"pass_%d":"decoyvalue%d",`, i, i)
		}
		list = append(list,
			carrier{name: fmt.Sprintf("%d decoys", n), contentType: formType, body: []byte("email=" + id + "&" + fields.String() + "password=" + pass)},
			carrier{name: fmt.Sprintf("%d decoys in JSON", n), contentType: jsonType, body: []byte(`{"email":"` + ownID + `",` + keys.String() + `"password":"` + ownPassword + `"}`)})
	}
	return list
}

// TestHeldSignInShapes: the protected ID with its password is red whatever the
// two are called and whatever stands around them.
func TestHeldSignInShapes(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	s := new(sink)
	all := shapes(t)
	l.each(t, s, func(t *testing.T, d door) {
		for _, c := range all {
			t.Run(c.name, func(t *testing.T) {
				l.checkHeld(t, c.send(t, d, fetch, bytes.Contains(c.body, []byte("decoy"))), fetch)
			})
		}
	})
	if n, b := s.requests.Load(), s.bytes.Load(); n != 0 || b != 0 {
		t.Errorf("the sink got %d requests with %d bytes; want none", n, b)
	}
	for _, e := range l.events(journal.Filter{Host: shop}) {
		crowded := e.Technique == "crowded-sign-in" && e.Detail == "the ID of a protected account, with more passwords than a form has"
		if e.Severity != journal.SeverityRed || e.Technique != "protected-sign-in" && !crowded || e.Account != ownLabel {
			t.Errorf("event = %+v; want a red hold of the protected sign-in", e)
		}
	}
}
