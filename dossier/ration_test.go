package dossier

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/guard"
)

// TestNoGuessesAfterTheID: what a seller's tool loads and sends once somebody has signed
// in to it with the protected ID and a password of its own makes it no site that guesses,
// whatever its pages look like, though nobody went on.
func TestNoGuessesAfterTheID(t *testing.T) {
	t.Parallel()
	const host, form, json = "quiet-river.example", "application/x-www-form-urlencoded", "application/json"
	id := url.QueryEscape(protectedMail)
	for name, test := range map[string]struct{ target, body string }{ // %d is the number of the request
		"scripts":                  {"/assets/Settings-4NJ%dDC-BR.js", ""},
		"articles":                 {"/api/products/B0NHBLT%d", ""},
		"scripts by dir":           {"/js/fullscreen%d/plugin.min.js", ""},
		"pictures":                 {"/img/I/rYs%dou_1be.jpg", ""},
		"searches":                 {"/api/items?keyword=USB-C+Cable%d&x=Echo!%dx", ""},
		"events":                   {"/collect", `{"sid":"aB%dxK","ev":"click","el":"btn#save-%d","page":"Orders-%d"}`},
		"prices":                   {"/api/price", `{"sku":"HN-%d-BK","asin":"B0NHBLT%d","price":1980}`},
		"titles":                   {"/api/listing", `{"t":"Anker-%d-20W","d":"SD-Card%d"}`},
		"an article of the user's": {"/api/stock/B0NHBLT%d", `{"user":"` + protectedMail + `"}`},
	} {
		for look, site := range map[string]func(o office){
			"clean":          func(office) {},
			"suspect":        func(o office) { o.page(host, suspect) },
			"ask: protected": func(o office) { o.page(host, suspect); o.Configure("protected", nil) },
		} {
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			site(o)
			o.sends(seed, host, "/login", form, "username="+id+"&password=Chigau-Pass-4411")
			for i := range 3 * guessMany {
				o.sends(seed, host, strings.ReplaceAll(test.target, "%d", fmt.Sprint(100+i)), json, strings.ReplaceAll(test.body, "%d", fmt.Sprint(100+i)))
			}
			if got := verdict(o.navigate(host)); got != "pass" {
				t.Errorf("%s, %s: judged %q; want pass", name, look, got)
			}
		}
	}
}

// TestRation: what comes after the ID without it is compared up to a bound of each place,
// so that a page learns no more from what is stopped.
func TestRation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
		o := office{t, open(t)}
		n := name(t, host)
		compared := func(method, target, body, value string) bool {
			x := guard.Hints{Follows: true, Thorough: true, Known: func(id []byte) bool { return string(id) == protectedMail }}
			f := guard.Inspect(guard.Head{Host: n, Method: method, Target: target, Header: http.Header{"Content-Type": {form}}}, []byte(body), true, x)
			o.Ration(Sender{}, n, pc1, &f)
			return slices.ContainsFunc(f.Passwords, func(p guard.Secret) bool { return string(p.Bytes()) == value })
		}
		path := func(i int) bool {
			return compared("GET", fmt.Sprintf("/p/Guess%d-aB", i), "", fmt.Sprintf("Guess%d-aB", i))
		}
		query := func(i int) bool {
			return compared("GET", fmt.Sprintf("/p?x=Guess%d-aB", i), "", fmt.Sprintf("Guess%d-aB", i))
		}
		body := func(i int) bool {
			return compared("POST", "/p", fmt.Sprintf("x=Guess%d-aB", i), fmt.Sprintf("Guess%d-aB", i))
		}
		said := func(i int) bool {
			return compared("POST", "/p", fmt.Sprintf("u=%s&tab=orders-%d", url.QueryEscape(protectedMail), i), fmt.Sprintf("orders-%d", i))
		}
		for kind, sent := range map[string]func(i int) bool{"path": path, "query": query, "body": body, "said": said} {
			n := 0
			for n <= rationMany && sent(n) {
				n++
			}
			// Of a body's value what comes out from its end is compared too.
			if want := map[string]int{"body": rationMany / 2}[kind]; n != cmp.Or(want, rationMany) {
				t.Errorf("%s: %d values are compared; want %d", kind, n, cmp.Or(want, rationMany))
			}
			if !sent(0) {
				t.Errorf("%s: the first is not compared again", kind)
			}
		}
		if !compared("POST", "/p", "password=hunter2x", "hunter2x") {
			t.Error("the field for a password is not compared")
		}
		if !compared("POST", "/p", "m="+protectedMail+"&x=hunter2x", "hunter2x") {
			t.Error("a value beside the ID is not compared")
		}
		if compared("POST", "/p", "x=hunter2x", "hunter2x") {
			t.Error("what was compared beside the ID is compared without")
		}
		o.page(host, suspect)
		if !body(rationMany) || path(rationMany) {
			t.Error("on a suspect page bodies are not compared, or names of files are")
		}
		time.Sleep(rationFor)
		if !path(rationMany) {
			t.Error("not compared an hour later")
		}
	})
}
