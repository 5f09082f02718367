package guard_test

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestCR09Carriers puts the ID and the password into addresses, chains of encodings, headers and names
// of files.
func TestCR09Carriers(t *testing.T) {
	t.Parallel()
	id, pw := url.PathEscape(typedID), url.PathEscape(typedPass)
	hexOf := func(s string) string { return hex.EncodeToString([]byte(s)) }
	const head64 = "eyJhbGciOiJIUzI1NiJ9"
	multipart := "--b\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n" + typedID + "\r\n--b\r\n" +
		"Content-Disposition: form-data; name=\"f\"; filename=\"" + typedPass + ".txt\"\r\n\r\nhello\r\n--b--\r\n"
	for name, q := range map[string]request{
		"picture of a folder":     {target: "/" + id + "/" + pw + ".png"},
		"query behind an ID":      {target: "/" + id + ".png?" + pw},
		"hex segments":            {target: "/" + hexOf(typedID) + "/" + hexOf(typedPass)},
		"hex segments of a file":  {target: "/" + hexOf(typedID) + "/" + hexOf(typedPass) + ".gif"},
		"base64 segments":         {target: "/" + base64URL(typedID) + "/" + base64URL(typedPass)},
		"hex with a point":        {target: "/p?d=" + hexOf(typedID) + "." + hexOf(typedPass)},
		"like a token":            {target: "/p?t=" + head64 + "." + base64URL(`{"e":"`+typedID+`","k":"`+typedPass+`"}`) + ".c2ln"},
		"like a token, in pieces": {headers: "application/json", body: `{"t":"` + head64 + "." + base64URL(typedID) + "." + base64URL(typedPass) + `"}`},
		"base64 with a point":     {headers: form, body: "d=" + url.QueryEscape(base64Std(typedID)+"."+base64Std(typedPass))},
		"base64 with a comma":     {headers: form, body: "d=" + url.QueryEscape(base64Std(typedID)+","+base64Std(typedPass))},
		"languages":               {headers: form + "\nAccept-Language: " + typedPass, body: "a=" + typedID},
		"subprotocols":            {target: "/w", headers: "Sec-WebSocket-Protocol: " + hexOf(typedID) + ", " + hexOf(typedPass)},
		"address of the page":     {headers: form + "\nReferer: https://shop.example.net/x/" + pw, body: "a=" + typedID},
		"all in that":             {target: "/x", headers: "Referer: https://shop.example.net/" + id + "/" + pw},
		"name of a file":          {headers: "multipart/form-data; boundary=b", body: multipart},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if guard.Bare(q.head(t)) {
				t.Fatal("bare")
			}
			f := q.inspect(t, guard.Hints{Known: known, Thorough: true})
			ids := append(texts(f.IDs), texts(f.Beside)...)
			if !slices.Contains(ids, typedID) || !slices.Contains(texts(f.Passwords), typedPass) {
				t.Errorf("IDs %q, passwords %q; want %q and %q", ids, texts(f.Passwords), typedID, typedPass)
			}
		})
	}
	for name, target := range map[string]string{
		"file": "/i/" + pw + ".gif", "hex": "/i/" + hexOf(typedPass), "hex file": "/i/" + hexOf(typedPass) + ".gif", "query": "/i.gif?" + pw, "version": "/i.gif?v=" + pw,
	} {
		f := request{target: target}.inspect(t, guard.Hints{Known: known, Thorough: true, Follows: true})
		if !slices.Contains(texts(f.Passwords), typedPass) {
			t.Errorf("%s after the ID: passwords %q; want %q", name, texts(f.Passwords), typedPass)
		}
	}
	for _, target := range []string{
		"/i/k3J9x2m1.jpg", "/_next/static/chunks/main-3f1c2b7a9d8e4f60.js", "/p/4f2a91c3d4e5f607.png", "/api/cart?session=" + strings.Repeat("aB3", 8) + "&t=4", "/i/large.jpg?v=20261126&w=640",
	} {
		f := request{target: target, headers: "Accept-Language: ja,en-US;q=0.9\nReferer: https://shop.example.net/items/12"}.inspect(t, guard.Hints{Known: known, Thorough: true, Follows: true})
		if len(f.Passwords) > 1 {
			t.Errorf("%s after the ID: candidates %q; want one at most", target, texts(f.Passwords))
		}
	}
}
