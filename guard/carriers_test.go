package guard_test

import (
	"encoding/hex"
	"fmt"
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
			q.carries(t)
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
		"/i/IMG_0412.jpg", "/i/blue-shirt-2.webp", "/i/item12.png", "/i/k3J9x2m1.jpg", "/_next/static/chunks/main-3f1c2b7a9d8e4f60.js", "/p/4f2a91c3d4e5f607.png", "/api/cart?session=" + strings.Repeat("aB3", 8) + "&t=4", "/i/large.jpg?v=20261126&w=640",
	} {
		f := request{target: target, headers: "Accept-Language: ja,en-US;q=0.9\nReferer: https://shop.example.net/items/12"}.inspect(t, guard.Hints{Known: known, Thorough: true, Follows: true})
		if len(f.Passwords) > 1 || strings.HasPrefix(target, "/i/") && len(f.Passwords) > 0 {
			t.Errorf("%s after the ID: candidates %q; want one at most, and no name of a file", target, texts(f.Passwords))
		}
	}
}

// bytewise writes each byte of s in a format.
func bytewise(s, format, between string) string {
	var all []string
	for _, c := range []byte(s) {
		all = append(all, fmt.Sprintf(format, c))
	}
	return strings.Join(all, between)
}

// TestCR10HeadText puts the password where browsers write and scripts may, beside an ID in the body
// or hidden in the same place, and in the request after it.
func TestCR10HeadText(t *testing.T) {
	t.Parallel()
	hexOf := func(s string) string { return hex.EncodeToString([]byte(s)) }
	const body = "a=" + typedID
	both := base64Std(typedID + ":" + typedPass)
	for name, q := range map[string]request{
		"method":                    {method: typedPass, target: "/x?a=" + url.QueryEscape(typedID)},
		"method, ID in a header":    {method: typedPass, headers: "X-U: " + typedID},
		"label":                     {target: "/x?a=" + url.QueryEscape(typedID), host: hexOf(typedPass) + ".shop.example.net"},
		"label, ID in another":      {target: "/x", host: hexOf(typedID) + "." + hexOf(typedPass) + ".example.net"},
		"name of a header":          {headers: form + "\nX-" + hexOf(typedPass) + ": 1", body: body},
		"kinds accepted":            {headers: form + "\nAccept: text/" + hexOf(typedPass) + ", */*;q=0.1", body: body},
		"kinds accepted, both":      {target: "/x", headers: "Accept: text/" + hexOf(typedID) + ";q=" + hexOf(typedPass)},
		"version that one has":      {target: "/x", headers: `If-None-Match: "` + typedID + ":" + typedPass + `"`},
		"browser's name":            {headers: form + "\nUser-Agent: Mozilla/5.0 (" + typedPass + ")", body: body},
		"parameter of the type":     {headers: `text/plain; b="` + typedPass + `"`, body: typedID},
		"boundary":                  {headers: "multipart/form-data; boundary=" + hexOf(typedPass), body: "--" + hexOf(typedPass) + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + typedID + "\r\n--" + hexOf(typedPass) + "--\r\n"},
		"type of a part":            {headers: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/" + typedPass + "\r\n\r\n" + typedID + "\r\n--b--\r\n"},
		"bearer":                    {target: "/x", headers: "Authorization: Bearer " + both},
		"cookie":                    {target: "/x", headers: "Cookie: k=1; s=" + both},
		"letters":                   {headers: "application/json", body: `{"u":"` + typedID + `","p":["` + strings.Join(strings.Split(typedPass, ""), `","`) + `"]}`},
		"letters of both":           {headers: "application/json", body: `{"u":["` + strings.Join(strings.Split(typedID, ""), `","`) + `"],"p":["` + strings.Join(strings.Split(typedPass, ""), `","`) + `"]}`},
		"letters under numbers":     {headers: "application/json", body: `{"u":"` + typedID + `","p":{"0":"` + strings.Join(strings.Split(typedPass, ""), `","1":"`) + `"}}`},
		"quoted-printable":          {headers: "application/json", body: `{"u":"` + typedID + `","p":"` + bytewise(typedPass, "=%02X", "") + `"}`},
		"octal":                     {headers: "application/json", body: `{"u":"` + typedID + `","p":"` + bytewise(typedPass, `\\%03o`, "") + `"}`},
		"bits":                      {headers: "application/json", body: `{"u":"` + typedID + `","p":"` + bytewise(typedPass, "%08b", " ") + `"}`},
		"tags":                      {headers: "application/json", body: `{"u":"` + typedID + `","p":"` + strings.Map(func(c rune) rune { return c + 0xe0000 }, typedPass) + `"}`},
		"letters with marks":        {headers: "application/json", body: `{"u":"` + typedID + `","p":"` + strings.Join(strings.Split(typedPass, ""), "-") + `"}`},
		"letters with blanks, form": {headers: form, body: body + "&p=" + strings.Join(strings.Split(typedPass, ""), "+")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q.carries(t)
		})
	}
	for name, q := range map[string]request{
		"method": {method: typedPass, target: "/x"}, "label": {target: "/x", host: hexOf(typedPass) + ".shop.example.net"},
		"name": {target: "/x", headers: "X-" + hexOf(typedPass) + ": 1"}, "kinds": {target: "/x", headers: "Accept: text/" + hexOf(typedPass)},
	} {
		f := q.inspect(t, guard.Hints{Known: known, Thorough: true, Follows: true})
		if !slices.Contains(texts(f.Passwords), typedPass) {
			t.Errorf("%s after the ID: passwords %q; want %q", name, texts(f.Passwords), typedPass)
		}
	}
}

// TestHeadTextOfBrowsers counts what browsers write by themselves as no candidate, beside an ID
// and after it.
func TestHeadTextOfBrowsers(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string]string{
		"Chrome":                "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\nSec-Ch-Ua: \"Google Chrome\";v=\"131\"\nUpgrade-Insecure-Requests: 1\nCache-Control: max-age=0\nPriority: u=0, i",
		"Firefox":               "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\nPragma: no-cache\nTe: trailers",
		"Safari":                "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1\nAccept: image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
		"a page that is opened": "Sec-Fetch-Mode: navigate\nUser-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Vivaldi/7.7.3851.52\nAccept: text/" + typedPass + "\nX-Extension: Kuma-2026!",
		"script":                "X-Requested-With: XMLHttpRequest\nAccept: application/json, text/javascript, */*; q=0.01\nIf-None-Match: W/\"5e8f-Apx3k\"\nX-Request-Id: k3J9x2Lm1Qp7Zt5Rw8Yb\nIdempotency-Key: 0a1B2c3D4e5F\nTraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	} {
		for _, q := range []request{{target: "/items/12", headers: headers}, {headers: form + "\n" + headers, body: "a=" + typedID}} {
			x := guard.Hints{Known: known, Thorough: true, Follows: q.body == ""}
			if q.body != "" {
				q.headers = strings.ReplaceAll(q.headers, "If-None-Match", "Sec-None")
			}
			if f := q.inspect(t, x); len(f.Passwords) > 0 {
				t.Errorf("%s: candidates %q; want none", name, texts(f.Passwords))
			}
		}
	}
}

// carries tells t unless the ID and the password are found in q.
func (q request) carries(t *testing.T) {
	t.Helper()
	if guard.Bare(q.head(t)) {
		t.Fatal("bare")
	}
	f := q.inspect(t, guard.Hints{Known: known, Thorough: true})
	ids := append(texts(f.IDs), texts(f.Beside)...)
	if !slices.Contains(ids, typedID) || !slices.Contains(texts(f.Passwords), typedPass) {
		t.Errorf("IDs %q, passwords %q; want %q and %q", ids, texts(f.Passwords), typedID, typedPass)
	}
}
