package proxy_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
)

// TestBesideAnID: what an application sends beside its user's address is compared with that
// account alone; in a form as people fill in, the password of another account is held too.
func TestBesideAnID(t *testing.T) {
	t.Parallel()
	const theirs = "Kawara/7/Yane+"
	l := start(t)
	l.protect()
	for i := range 4 {
		if err := l.accounts.Add(fmt.Sprintf("staff%d@shop.example", i), "", []byte(theirs[i:]+theirs)); err != nil {
			t.Fatal(err)
		}
	}
	d := l.doors(labnet.Handler())[0]
	var rows []string
	for i := range 30 {
		rows = append(rows, fmt.Sprintf(`{"order":"Zeta-%03d","item":"Yuzu%dBox","town":"Sakai%d"}`, i, i, i))
	}
	before := l.accounts.Load().Compared
	body := `{"user":"` + ownID + `","rows":[` + strings.Join(rows, ",") + `]}`
	if a := do(t, d.client, http.MethodPost, d.base+"/echo", withHeader(fetch, "Content-Type", "application/json"), strings.NewReader(body)); a.StatusCode != http.StatusOK {
		t.Errorf("rows of a table = %d; want them to pass", a.StatusCode)
	}
	if n := l.accounts.Load().Compared - before; n > 40 {
		t.Errorf("%d comparisons for one request, with five accounts", n)
	}
	for name, form := range map[string]url.Values{
		"any name":     {"m": {ownID}, "x": {theirs + theirs}},
		"for a secret": {"m": {ownID}, "a": {"1"}, "b": {"2"}, "c": {"3"}, "d": {"4"}, "password": {theirs + theirs}},
		"both IDs":     {"m": {ownID}, "n": {"staff0@shop.example"}, "a": {"1"}, "b": {"2"}, "c": {"3"}, "x": {theirs + theirs}},
	} {
		l.checkHeld(t, do(t, d.client, http.MethodPost, d.base+"/", withHeader(fetch, "Content-Type", formType), strings.NewReader(form.Encode())), fetch)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}
