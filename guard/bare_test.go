package guard_test

import (
	"testing"

	"sekisho/guard"
)

func TestBare(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request request
		want    bool
	}{
		"page":                    {request{target: "/"}, true},
		"script with a version":   {request{target: "/app.js?v=12"}, true},
		"HEAD":                    {request{method: "HEAD", target: "/a"}, true},
		"preflight":               {request{method: "OPTIONS", target: "/a", headers: "Content-Length: 0"}, true},
		"token":                   {request{target: "/", headers: "Authorization: Bearer abcdef"}, true},
		"cookies":                 {request{target: "/", headers: "Cookie: password=x"}, true},
		"query":                   {request{target: "/?q=hunter2"}, false},
		"short query with a code": {request{target: "/?c=1234"}, false},
		"address in the path":     {request{target: "/u/a@example.jp"}, false},
		"address, escaped":        {request{target: "/u/a%40example.jp"}, false},
		"matrix":                  {request{target: "/a;b=c"}, false},
		"fragment":                {request{target: "/#a=b"}, false},
		"base64 in the path":      {request{target: "/c/eyJhIjoxfQ"}, false},
		"form in the path":        {request{target: "/p/" + base64URL("a=b&c=abcdefghijkl")}, false},
		"article":                 {request{target: "/2024/05/how-to-choose-a-password-manager-for-your-team.html"}, true},
		"digest in the path":      {request{target: "/o/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}, true},
		"hashed names":            {request{target: "/_next/static/chunks/Zk3mQx9_bTq-Lw7uVn2RyA/main-3f1c2b7a9d8e4f60.js"}, true},
		"Basic":                   {request{target: "/", headers: "Authorization: basic YTpi"}, false},
		"header for a password":   {request{target: "/", headers: "X-Password: abcdefgh"}, false},
		"body of a GET":           {request{target: "/", headers: "Content-Length: 12"}, false},
		"override":                {request{target: "/", headers: "X-Http-Method-Override: POST"}, false},
		"POST":                    {request{method: "POST", target: "/"}, false},
		"verb of its own":         {request{method: "LOGIN", target: "/"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := test.request.head(t)
			if got := guard.Bare(h); got != test.want {
				t.Errorf("Bare(%s %s, %v) = %v; want %v", h.Method, h.Target, h.Header, got, test.want)
			}
		})
	}
}

// TestBareAllocations is not parallel: AllocsPerRun counts the whole process.
func TestBareAllocations(t *testing.T) {
	h := request{target: "/assets/app.4f2a91.js?v=12", headers: "Accept: */*\nUser-Agent: Mozilla/5.0\nCookie: a=b\nX-Requested-With: x"}.head(t)
	if n := testing.AllocsPerRun(100, func() { guard.Bare(h) }); n != 0 {
		t.Errorf("Bare allocates %v times; want 0", n)
	}
}
