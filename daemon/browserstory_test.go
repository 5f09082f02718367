package daemon_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sekisho/accounts"
	"sekisho/daemon"
	"sekisho/journal"
)

const (
	browserMail   = "mail.yahoo.co.jp"
	browserRandom = "q7f2k.kyoto-notice.example" // a name that says nothing
	browserLate   = "w4t9x.kyoto-notice2.example"
	browserPortal = "members.portal.example"
	storyID       = "tencho@shop.example"
	storyPassword = "Momiji+2026/Takao"
)

// html answers with a page.
func html(w http.ResponseWriter, page string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, page)
}

// waitURL waits until the tab is at an address with this beginning.
func waitURL(t *testing.T, ctx context.Context, beginning string) {
	t.Helper()
	browserDo(t, ctx, "wait for "+beginning, chromedp.Poll[bool](fmt.Sprintf("location.href.startsWith(%q) && document.readyState === 'complete'", beginning)))
}

// testCopiedPage: a link in a mail leads to a copied page under a name that says
// nothing; the visitor sees the warning instead, and its button leads to the
// real Seller Central.
func (l *browserLab) testCopiedPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "proxy", "testdata", "copied.html"))
	if err != nil {
		t.Fatal(err)
	}
	var posts atomic.Int64
	bad := l.Origin([]string{browserRandom}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
		}
		html(w, string(page))
	}))
	mail := l.Origin([]string{browserMail}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		html(w, `<!doctype html><title>mail</title><h1>お客様へ</h1><a id=link href="`+at("https", browserRandom, bad, "/ap/signin")+`">確認する</a>`)
	}))
	ctx := l.tab(t, "ja")
	if v := l.open(t, ctx, at("https", browserMail, mail, "/")); v.heading != "お客様へ" {
		t.Fatalf("the mail is %q at %s", v.heading, v.url)
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.ID("link"))); err != nil {
		t.Fatalf("follow the link: %v", err)
	}
	waitURL(t, ctx, "https://sekisho.internal/i/")
	body := browserDo(t, ctx, "read the page", chromedp.Evaluate[string]("document.body.innerText"))
	l.shoot(t, ctx, "copied-page")
	for _, want := range []string{browserRandom, browserGenuine, "メール"} {
		if !strings.Contains(body, want) {
			t.Errorf("the warning lacks %q: %s", want, body)
		}
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(".safe a.primary, a.button.primary"))); err != nil {
		t.Fatalf("open the real Seller Central: %v", err)
	}
	waitURL(t, ctx, at("https", browserGenuine, l.central, "/"))
	if l.central.Requests() == 0 || posts.Load() != 0 {
		t.Errorf("Seller Central got %d requests, the copied page %d posts", l.central.Requests(), posts.Load())
	}
	events := l.blocks(t, browserRandom)
	if len(events) == 0 || events[0].Door != journal.DoorPage || events[0].Technique != "sign-in-copy" {
		t.Errorf("events = %+v; want a block of the page", events)
	}
}

// testLateCopy: a page that is a copy behind much that is not shown has its tab led to
// the warning, though its start is there already, its policy forbids scripts and styles,
// and it ends inside of a script.
func (l *browserLab) testLateCopy(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "proxy", "testdata", "copied.html"))
	if err != nil {
		t.Fatal(err)
	}
	filler := "<!doctype html><meta charset=utf-8><title>サインイン</title><p hidden>" + strings.Repeat("あいうえお", 60<<10) + "</p>"
	o := l.Origin([]string{browserLate}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox allow-scripts allow-forms")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, filler+"<script>var a = '")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(200 * time.Millisecond)
		_, _ = io.WriteString(w, "'</script>"+string(page))
	}))
	ctx := l.tab(t, "ja")
	if err := chromedp.Do(ctx, chromedp.Navigate(at("https", browserLate, o, "/"))); err != nil {
		t.Fatal(err)
	}
	for led := false; !led && ctx.Err() == nil; { // the tab may leave in the middle of a question
		where, err := chromedp.Run(ctx, chromedp.Location())
		led = err == nil && strings.HasPrefix(where, "https://sekisho.internal/")
	}
	waitURL(t, ctx, "https://sekisho.internal/i/")
	l.shoot(t, ctx, "late-copy")
	body := browserDo(t, ctx, "read the page", chromedp.Evaluate[string]("document.body.innerText"))
	for _, want := range []string{browserLate, "一部が表示されていました"} {
		if !strings.Contains(body, want) {
			t.Errorf("the warning lacks %q: %s", want, body)
		}
	}
}

// portal is a page that its bundle renders, and that posts what is typed.
const portal = `<!doctype html><title>members</title><div id=app></div><p id=out></p><script type=module src=/assets/app.js></script>`

const portalBundle = `const app = document.getElementById("app")
app.innerHTML = '<h1>members</h1><form><input id=u name=u1><input id=p name=p1 type=pass' + 'word><button id=go>go</button></form>'
app.querySelector("form").onsubmit = async e => {
	e.preventDefault()
	const r = await fetch("/session", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({u1: u.value, p1: p.value})})
	out.textContent = "answer " + r.status
}`

// testTypedPassword: a protected sign-in that is typed on a page without a sign
// of Amazon does not leave, and the tab's next page says so.
func (l *browserLab) testTypedPassword(t *testing.T) {
	store, err := accounts.Open(daemon.Dir(l.daemon.Dir()).Accounts(), accounts.Options{KeyInFile: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Add(storyID, "main shop", []byte(storyPassword)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // a store looks for changes once a second
	var posts atomic.Int64
	o := l.Origin([]string{browserPortal}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			n, _ := io.Copy(io.Discard, r.Body)
			posts.Add(1 + n)
		}
		if r.URL.Path == "/assets/app.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, portalBundle)
			return
		}
		html(w, portal)
	}))
	ctx := l.tab(t, "ja")
	l.open(t, ctx, at("https", browserPortal, o, "/"))
	for field, text := range map[string]string{"u": storyID, "p": storyPassword} {
		if err := chromedp.Do(ctx, chromedp.SendKeys(chromedp.ID(field), text)); err != nil {
			t.Fatalf("type into %s: %v", field, err)
		}
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.ID("go"))); err != nil {
		t.Fatal(err)
	}
	if got := browserDo(t, ctx, "wait for the answer", chromedp.Poll[string]("out.textContent")); got != "answer 403" {
		t.Errorf("the script got %q; want 403", got)
	}
	v := l.open(t, ctx, at("https", browserPortal, o, "/"))
	l.shoot(t, ctx, "typed-password")
	if !strings.HasPrefix(v.url, "https://sekisho.internal/i/") || !strings.Contains(v.body, browserPortal) || strings.Contains(v.body, storyPassword) {
		t.Errorf("the next page is %s: %s", v.url, v.body)
	}
	if n := posts.Load(); n != 0 {
		t.Errorf("the site got the post, with %d bytes", n-1)
	}
}

// testDrill: a person sees all three exercises caught.
func (l *browserLab) testDrill(t *testing.T) {
	ctx := l.tab(t, "en")
	for _, host := range []string{"amazon-seller-drill.test", "q7rk2-drill.test"} {
		l.open(t, ctx, "https://sekisho.internal/drill")
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(`a[href="https://`+host+`/"]`))); err != nil {
			t.Fatalf("open %s: %v", host, err)
		}
		waitURL(t, ctx, "https://sekisho.internal/i/")
	}
	l.open(t, ctx, "https://sign-in-drill.test/")
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS("form button"))); err != nil {
		t.Fatalf("send the exercise: %v", err)
	}
	waitURL(t, ctx, "https://sekisho.internal/i/")
	v := l.open(t, ctx, "https://sekisho.internal/drill")
	l.shoot(t, ctx, "drill")
	if n := browserDo(t, ctx, "count", chromedp.Evaluate[int](`document.querySelectorAll("time").length`)); n != 3 {
		t.Errorf("%d exercises are shown as caught; want 3: %s", n, v.body)
	}
}
