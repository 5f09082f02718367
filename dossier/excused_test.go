package dossier

import (
	"net/http"
	"testing"

	"sekisho/guard"
)

// TestExcused: an order with a new account, and the settings of a mail server, are no
// sign-ins, and are asked about all the same where something speaks against the site: a
// page adds the fields of either to its own at will.
func TestExcused(t *testing.T) {
	t.Parallel()
	const host, passes = "quiet-river.example", "pass"
	forms := map[string]string{
		"an order":          "email=a%40b.example&password=Pw7xzzz&createaccount=1&firstname=Taro",
		"a card":            "email=a%40b.example&password=Pw7xzzz&cardnumber=4242424242424242&cvc=123",
		"a colleague":       "name=Taro&email=a%40b.example&password=Pw7xzzz&role=editor",
		"a server":          "username=a%40b.example&password=Pw7xzzz&host=smtp.example&port=587",
		"a server's fields": "smtp_user=a%40b.example&smtp_password=Pw7xzzz",
		"a network":         "ssid=office&password=Pw7xzzz",
		"a shared file":     "email=a%40b.example&link_password=Pw7xzzz",
	}
	for site, test := range map[string]struct {
		first func(o office)
		want  string
	}{
		"nothing known":        {func(office) {}, passes},
		"the word Amazon":      {func(o office) { o.page(host, traces) }, passes},
		"a suspect form":       {func(o office) { o.page(host, suspect) }, "ask amber sign-in-copy"},
		"a copy":               {func(o office) { o.page(host, copied) }, "hold red sign-in-copy"},
		"a name that imitates": {func(o office) { o.visitAs(host, Arrival{Name: lookalike}) }, "ask amber unfamiliar-sign-in"},
		"held before":          {func(o office) { o.submit(host, anySignIn, both) }, "ask amber unfamiliar-sign-in"},
	} {
		for what, form := range forms {
			t.Run(site+"/"+what, func(t *testing.T) {
				t.Parallel()
				o := office{t, open(t)}
				test.first(o)
				h := guard.Head{Host: name(t, host), Method: "POST", Target: "/p", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
				f := guard.Inspect(h, []byte(form), true, o.Hints(h.Host, pc1))
				if got := verdict(o.submit(host, f, none)); got != test.want {
					t.Errorf("judged %q (act %v); want %q", got, f.Act, test.want)
				}
				if got := verdict(o.submit("other-river.example", f, both)); got != "hold red protected-sign-in" {
					t.Errorf("the protected sign-in is judged %q; want it held", got)
				}
			})
		}
	}
}
