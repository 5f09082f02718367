package daemon_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// authenticator gives the tab a key that its person touches at once.
func authenticator(t *testing.T, ctx context.Context) {
	t.Helper()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	}); err != nil {
		t.Fatal(err)
	}
}

// becomes waits until what an expression of the page is, is so.
func becomes(t *testing.T, ctx context.Context, expression, want string) {
	t.Helper()
	got := ""
	for got != want {
		if ctx.Err() != nil {
			t.Fatalf("%s stays %q; want %q", expression, got, want)
		}
		got, _ = chromedp.Run(ctx, chromedp.Evaluate[string](expression)) // fails between two pages
		time.Sleep(20 * time.Millisecond)
	}
}

// TestBrowserPasskey makes a passkey with a real browser, signs in with it, and holds
// that it is asked for, and that the policy of the pages lets the script run.
func TestBrowserPasskey(t *testing.T) {
	const password = "canary correct horse"
	l := startConsoleLab(t)
	ctx := l.tab(t, "en")
	authenticator(t, ctx)
	// A bare address is no site that a passkey could be for.
	byName := func(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }
	home := byName("http://" + l.daemon.Running().Console + "/")
	l.open(t, ctx, byName(l.daemon.FirstOwnerLink()))
	if got := heading(t, ctx, fill("name", "mika", "password", password, "again", password)...); got != "Overview" {
		t.Fatalf("after the form: %q", got)
	}
	l.open(t, ctx, home+"me")
	l.shoot(t, ctx, "console-me")
	if err := chromedp.Do(ctx, fill("key-name", "office PC", "password-key", "canary wrong horse")...); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "document.getElementById('passkey-said').innerText", "The password is wrong. Nothing was changed.")
	browserDo(t, ctx, "empty the field", chromedp.Evaluate[string]("document.getElementById('password-key').value = ''"))
	if err := chromedp.Do(ctx, fill("password-key", password)...); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "String(document.querySelectorAll('.recovery li').length)", "8")
	l.shoot(t, ctx, "console-me-recovery")
	if got := browserDo(t, ctx, "read the table", chromedp.Evaluate[string]("document.querySelector('table tbody tr th')?.innerText ?? ''")); got != "office PC" {
		t.Errorf("the passkey is called %q", got)
	}

	signIn := func() {
		t.Helper()
		if got := heading(t, ctx, chromedp.Click(chromedp.CSS(".who button"))); got != "Sign in" {
			t.Fatalf("after signing out: %q", got)
		}
		if got := heading(t, ctx, fill("name", "mika", "password", password)...); got != "One more proof" {
			t.Fatalf("after the password: %q", got)
		}
	}
	signIn()
	l.shoot(t, ctx, "console-second")
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#passkey button"))); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "document.querySelector('h1')?.innerText ?? ''", "Overview")

	// Another key than the one that was set up opens nothing.
	signIn()
	other := l.tab(t, "en")
	authenticator(t, other)
	l.open(t, other, home+"sign-in/second")
	if err := chromedp.Do(other, chromedp.Click(chromedp.CSS("#passkey button"))); err != nil {
		t.Fatal(err)
	}
	becomes(t, other, "document.getElementById('passkey-said').hidden ? '' : 'said'", "said")
	if v := l.open(t, other, home); v.heading != "Sign in" {
		t.Errorf("after another key: %q", v.heading)
	}
}
