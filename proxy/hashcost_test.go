package proxy_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"

	"sekisho/accounts"
	"sekisho/internal/labnet"
	"sekisho/proxy"
)

// allocated is how many bytes the process has allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// TestNoHashWithoutCandidate: a verifier is run, which takes 64 MiB, for a
// password and for nothing else that a page sends all day. It runs alone, because
// it measures the process.
func TestNoHashWithoutCandidate(t *testing.T) {
	const room = 64 << 20
	var store *accounts.Store
	l := start(t, func(o *proxy.Options) {
		var err error
		store, err = accounts.Open(filepath.Join(t.TempDir(), "accounts"), accounts.Options{KeyInFile: true, Cost: accounts.Cost{Time: 1, Memory: room >> 10}})
		if err != nil {
			t.Fatal(err)
		}
		o.Accounts = store
	})
	if err := store.Add(ownID, ownLabel, []byte(ownPassword)); err != nil {
		t.Fatal(err)
	}
	d := l.doors(labnet.Handler())[0]
	const form = "application/x-www-form-urlencoded"
	picture := "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff" + strings.Repeat("\x00\x01\x02", 50_000) + "\r\n--b--\r\n"
	ordinary := []struct{ method, contentType, body string }{
		{http.MethodGet, "", ""},
		{http.MethodPost, form, "q=desk+lamp&sort=price"},
		{http.MethodPost, form, "newsletter_email=someone%40else.example"},
		{http.MethodPost, form, "item=4711&quantity=2&zip=160-0022"},
		{http.MethodPost, "application/json", `{"events":[{"name":"view","t":1764067000123,"page":"/p/1"}]}`},
		{http.MethodPost, "application/json", `{"query":"query($id:ID!){item(id:$id){title price}}","variables":{"id":"4711"}}`},
		{http.MethodPost, "multipart/form-data; boundary=b", picture},
		{http.MethodPut, "application/octet-stream", strings.Repeat("\x00\x01\x02\x03", 100_000)},
	}
	send := func(method, contentType, body string) int {
		return do(t, d.client, method, d.base+"/echo", withHeader(fetch, "Content-Type", contentType), bytes.NewReader([]byte(body))).StatusCode
	}
	for _, r := range ordinary {
		before := allocated()
		if got := send(r.method, r.contentType, r.body); got != http.StatusOK {
			t.Errorf("%s %s %.40q = %d; want 200", r.method, r.contentType, r.body, got)
		}
		if n := allocated() - before; n >= room {
			t.Errorf("%s %s %.40q took %d MiB: a password was compared", r.method, r.contentType, r.body, n>>20)
		}
	}
	before := allocated()
	if got := send(http.MethodPost, form, "email=someone%40else.example&password=a+password+of+theirs"); got != http.StatusForbidden {
		t.Errorf("a sign-in = %d; want it asked about", got)
	}
	if n := allocated() - before; n < room {
		t.Errorf("a sign-in took %d bytes: nothing was compared, and the test shows nothing", n)
	}
}
