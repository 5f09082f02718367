package dossier

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/accounts"
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

// TestRation: what comes after the ID without it, or beside it under names that say what
// else it is, is compared up to a bound of each place, so that a page learns no more from
// what is stopped. Where a password could stand, somebody is asked about the next.
func TestRation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const host, form = "quiet-river.example", "application/x-www-form-urlencoded"
		o := office{t, open(t)}
		n := name(t, host)
		asks := false
		compared := func(client netip.Addr, method, target, body, value string) bool {
			x := guard.Hints{Follows: true, Thorough: true, Known: func(id []byte) bool { return string(id) == protectedMail }}
			f := guard.Inspect(guard.Head{Host: n, Method: method, Target: target, Header: http.Header{"Content-Type": {form}}}, []byte(body), true, x)
			o.Ration(Sender{}, n, client, &f)
			asks = f.Hidden
			return slices.ContainsFunc(f.Passwords, func(p guard.Secret) bool { return string(p.Bytes()) == value })
		}
		path := func(i int) bool {
			return compared(pc1, "GET", fmt.Sprintf("/p/Guess%d-aB", i), "", fmt.Sprintf("Guess%d-aB", i))
		}
		body := func(i int) bool {
			return compared(pc1, "POST", "/p", fmt.Sprintf("x=Guess%d-aB&a=1&b=2&c=3&d=4", i), fmt.Sprintf("Guess%d-aB", i))
		}
		said := func(i int) bool {
			return compared(pc1, "POST", "/p", fmt.Sprintf("u=%s&tab=orders-%d", url.QueryEscape(protectedMail), i), fmt.Sprintf("orders-%d", i))
		}
		lone := func(i int) bool {
			return compared(pc2, "POST", "/p", fmt.Sprintf("title=Guess%d", 100+i), fmt.Sprintf("Guess%d", 100+i))
		}
		for kind, test := range map[string]struct {
			sent func(i int) bool
			many int
			asks bool
		}{
			"path": {path, rationMany, false},
			"query": {func(i int) bool {
				return compared(pc1, "GET", fmt.Sprintf("/p?x=Guess%d-aB", i), "", fmt.Sprintf("Guess%d-aB", i))
			}, rationMany, false},
			"body": {body, rationMany, false},
			"said": {said, rationMany, true},
			"lone": {lone, rationMany, true},
		} {
			n := 0
			for n <= rationMany && test.sent(n) {
				n++
			}
			if n != test.many || asks != test.asks {
				t.Errorf("%s: %d values are compared, asked about the next: %v; want %d, %v", kind, n, asks, test.many, test.asks)
			}
			if !test.sent(0) || asks {
				t.Errorf("%s: the first is not compared again, or asked about: %v", kind, asks)
			}
		}
		if !compared(pc1, "POST", "/p", "password=hunter2x", "hunter2x") {
			t.Error("the field for a password is not compared")
		}
		if !compared(pc1, "POST", "/p", "m="+protectedMail+"&x=hunter2x", "hunter2x") {
			t.Error("a value beside the ID is not compared")
		}
		if !compared(pc1, "POST", "/p", "x=Hunter!2x", "Hunter!2x") {
			t.Error("what counts as a guess is not compared")
		}
		if compared(pc1, "POST", "/p", "x=hunter2x", "hunter2x") || !asks {
			t.Error("what was compared beside the ID is compared without, or nobody asked")
		}
		for _, excused := range []func(o office){
			func(o office) { o.Accepted(n, CrowdedSignIn) },
			func(o office) { o.pardon(host) },
			func(o office) { o.Configure("", []string{host}) },
			func(o office) { o.Configure("protected", nil) },
		} {
			o = office{t, open(t)}
			excused(o)
			for i := range 2 * rationMany {
				if !said(i) || asks {
					t.Fatalf("value %d beside an ID that belongs there is not compared, or asked about: %v", i, asks)
				}
				if !lone(i) || asks {
					t.Fatalf("value %d after an ID that belongs there is not compared, or asked about: %v", i, asks)
				}
			}
		}
		if o.asksForID(name(t, "abc.typeform.com"), time.Now()) {
			t.Error("where nobody can go on for long somebody is asked about the values past the bound, rather than all compared")
		}
		o = office{t, open(t)}
		for i := range rationMany {
			path(i)
			body(i)
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

// TestBehindDecoys: a password behind dozens of decoys does not leave unasked, wherever it
// stands, whoever is sent to; and a tool that saves dozens of prices is asked about once.
func TestBehindDecoys(t *testing.T) {
	t.Parallel()
	const kit, drop = "quiet-river.example", "deep-lake.example"
	seed := maphash.MakeSeed()
	for how, test := range map[string]struct{ first, body, host string }{
		"after the ID in the body":  {"", `{"u":"ID","title":"%s"}`, kit},
		"before it":                 {"", `{"v":"%s","u":"ID"}`, kit},
		"nested":                    {"", `{"data":{"user":{"mail":"ID"},"item":[{"title":"%s"}]}}`, kit},
		"among more":                {"", `{"u":"ID","tab":"%s","a":1,"b":2,"c":3,"d":4}`, kit},
		"a step later":              {`{"u":"ID"}`, `{"title":"%s"}`, kit},
		"a step later, elsewhere":   {`{"u":"ID"}`, `{"title":"%s"}`, drop},
		"with the ID, to elsewhere": {"", `{"u":"ID","title":"%s"}`, drop},
	} {
		o := office{t, open(t)}
		sent := func(body, value string) (Judgement, bool) {
			return o.sendsFrom(seed, kit, test.host, strings.NewReplacer("ID", protectedMail, "%s", value).Replace(body), value)
		}
		if test.first != "" {
			o.sendsFrom(seed, kit, kit, strings.ReplaceAll(test.first, "ID", protectedMail), "")
		}
		for i := range rationMany {
			if j, _ := sent(test.body, fmt.Sprintf("decoy%d", 100+i)); j.Do != Pass {
				t.Fatalf("%s: decoy %d is judged %q; want pass", how, i, verdict(j))
			}
		}
		if j, compared := sent(test.body, "tanuki2026"); !compared && verdict(j) != "ask amber crowded-sign-in" {
			t.Errorf("%s: the password is not compared, and judged %q", how, verdict(j))
		}
		o.Accepted(name(t, test.host), CrowdedSignIn)
		for i := range 2 * rationMany {
			if j, _ := sent(test.body, fmt.Sprintf("other%d", 100+i)); j.Do != Pass {
				t.Fatalf("%s: value %d is judged %q although somebody went on; want pass", how, i, verdict(j))
			}
		}
	}
}

// sendsFrom has a page send a body, read and rationed as a proxy does, to host, and says
// whether value is still compared.
func (o office) sendsFrom(seed maphash.Seed, page, host, body, value string) (j Judgement, compared bool) {
	o.Helper()
	from, n := Sender{Document: name(o, page)}, name(o, host)
	x := o.HintsFrom(from, n, pc1)
	x.Known = func(id []byte) bool { return string(id) == protectedMail }
	f := guard.Inspect(guard.Head{Host: n, Method: "POST", Target: "/api", Header: http.Header{"Content-Type": {"application/json"}}}, []byte(body), true, x)
	o.Ration(from, n, pc1, &f)
	compared = slices.ContainsFunc(f.Passwords, func(p guard.Secret) bool { return string(p.Bytes()) == value })
	var m accounts.Match
	if f.WithID {
		m = accounts.Match{Label: "shop", ID: true}
		if len(f.Passwords) > 0 {
			m.Other = maphash.Bytes(seed, f.Passwords[0].Bytes()) | 1
		}
	}
	return o.SubmitFrom(from, n, pc1, f, m), compared
}

// TestNobodyAskedAfterTheID: what apps send by the hundred after their user's address, of
// several values each, in words or numbers, is not asked about.
func TestNobodyAskedAfterTheID(t *testing.T) {
	t.Parallel()
	const host = "quiet-river.example"
	for name, body := range map[string]string{
		"events":      `{"sid":"aB%dxK","ev":"click","el":"btn#save-%d","page":"Orders-%d"}`,
		"titles":      `{"t":"Anker-%d-20W","d":"SD-Card%d"}`,
		"articles":    `{"id":"4006381%d33","qty":2}`,
		"times":       `{"at":"2026-11-26T10:%d:00Z"}`,
		"identifiers": `{"ref":"0b7c5e4a-1111-4222-8333-000000000%d"}`,
		"texts":       `{"memo":"Order %d was sent today"}`,
		"Japanese":    `{"memo":"注文%d番を発送しました"}`,
		"selectors":   `{"el":"div.card:nth-child(%d)"}`,
	} {
		o, seed := office{t, open(t)}, maphash.MakeSeed()
		o.sendsFrom(seed, host, host, `{"user":"`+protectedMail+`"}`, "")
		for i := range 2 * rationMany {
			if j, _ := o.sendsFrom(seed, host, host, strings.ReplaceAll(body, "%d", fmt.Sprint(100+i)), ""); j.Do != Pass {
				t.Fatalf("%s: %d is judged %q; want pass", name, i, verdict(j))
			}
		}
	}
}
