package console

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/staff"
)

// deserted changes options to those of a console without users.
func deserted(t *testing.T) func(*Options) {
	return func(o *Options) {
		people, err := staff.Open(filepath.Join(t.TempDir(), "console"), staff.Options{Cost: staff.Cost{Time: 1, Memory: 8}})
		if err != nil {
			t.Fatal(err)
		}
		o.Staff = people
	}
}

// ownerForm is the form behind link, filled in.
func ownerForm(t *testing.T, link, name, password, again string) (code, form string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	code = u.Query().Get("code")
	return code, url.Values{"code": {code}, "name": {name}, "password": {password}, "again": {again}}.Encode()
}

// TestFirstOwnerLinkWithAnOwner: the link ends when a command made an owner meanwhile.
func TestFirstOwnerLinkWithAnOwner(t *testing.T) {
	t.Parallel()
	s := start(t, deserted(t))
	code, form := ownerForm(t, s.FirstOwnerLink(), "mika", secret, secret)
	if _, err := s.options.Staff.AddUser("hana", staff.Owner, []byte(secret)); err != nil {
		t.Fatal(err)
	}
	if got := send(t, s, "GET", "/first-owner?code="+code, "", ""); got.status != http.StatusGone || strings.Contains(got.body, "new-password") {
		t.Errorf("the page: %d", got.status)
	}
	if got := send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm); got.status != http.StatusGone {
		t.Errorf("the form: %d", got.status)
	}
	if link := s.FirstOwnerLink(); link != "" {
		t.Errorf("the link is still %q", link)
	}
}

func TestFirstOwnerLink(t *testing.T) {
	t.Parallel()
	s := start(t, deserted(t))
	link := s.FirstOwnerLink()
	if !strings.HasPrefix(link, "http://"+s.Addr().String()+"/first-owner?code=") {
		t.Fatalf("link %q", link)
	}
	if got := send(t, s, "GET", "/sign-in", "", ""); !strings.Contains(got.body, "start") && !strings.Contains(got.body, "起動した画面") {
		t.Error("the sign-in page does not say that there is no user")
	}
	code, form := ownerForm(t, link, "Mika", secret, secret)
	for range 2 { // looking does not use it up
		if got := send(t, s, "GET", "/first-owner?code="+code, "", ""); got.status != 200 || !strings.Contains(got.body, "new-password") {
			t.Fatalf("the page: %d %s", got.status, got.body)
		}
	}
	for name, wrong := range map[string]string{
		"another code": strings.Replace(form, code, strings.Repeat("A", len(code)), 1),
		"no code":      strings.Replace(form, code, "", 1),
	} {
		if got := send(t, s, "POST", "/first-owner", "", wrong, "Content-Type", asForm); got.status != http.StatusGone {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	for name, wrong := range map[string][3]string{
		"differ": {"mika", secret, secret + "2"}, "short": {"mika", "short", "short"}, "name": {"mi ka", secret, secret}, "empty": {"", secret, secret},
	} {
		_, form := ownerForm(t, link, wrong[0], wrong[1], wrong[2])
		got := send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `role="alert"`) || strings.Contains(got.body, "canary") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if !s.options.Staff.Empty() {
		t.Fatal("somebody was added")
	}
	got := send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm)
	if got.status != 303 || got.header.Get("Location") != "/" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if u, ok := s.options.Staff.User("mika"); !ok || u.Role != staff.Owner {
		t.Errorf("user %+v, %v; want an owner", u, ok)
	}
	if got := send(t, s, "GET", "/", cookieOf(t, got), ""); got.status != 200 {
		t.Errorf("the first owner is not signed in: %d", got.status)
	}
	// It works once, also when nobody is left.
	if got := send(t, s, "GET", "/first-owner?code="+code, "", ""); got.status != http.StatusGone {
		t.Errorf("the page afterwards: %d", got.status)
	}
	if err := s.options.Staff.RemoveUser("mika"); err != nil {
		t.Fatal(err)
	}
	if got := send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm); got.status != http.StatusGone || s.FirstOwnerLink() != "" {
		t.Errorf("the link again, when nobody is left: %d", got.status)
	}
}

func TestFirstOwnerLinkTogether(t *testing.T) {
	t.Parallel()
	s := start(t, deserted(t))
	var all sync.WaitGroup
	codes := make(chan int, 8)
	for i := range cap(codes) {
		_, form := ownerForm(t, s.FirstOwnerLink(), "owner"+string(rune('a'+i)), secret, secret)
		all.Go(func() { codes <- send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm).status })
	}
	all.Wait()
	close(codes)
	made := 0
	for code := range codes {
		if code == 303 {
			made++
		}
	}
	if made != 1 || len(s.options.Staff.Users()) != 1 {
		t.Errorf("%d were made owners; users %+v", made, s.options.Staff.Users())
	}
}

func TestFirstOwnerLinkEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := options(t)
		deserted(t)(&o)
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.listener.Close() }()
		_, form := ownerForm(t, s.FirstOwnerLink(), "mika", secret, secret)
		time.Sleep(firstOwnerFor)
		if w := direct(s, "POST", "/first-owner", "", form); w.Code != http.StatusGone || s.FirstOwnerLink() != "" || !o.Staff.Empty() {
			t.Errorf("an hour later: %d, link %q", w.Code, s.FirstOwnerLink())
		}
	})
}

// TestFirstOwnerAfterOthers: somebody who was given less by a command is no owner, and
// ends the link neither now nor at the next start.
func TestFirstOwnerAfterOthers(t *testing.T) {
	t.Parallel()
	var people *staff.Store
	s := start(t, func(o *Options) { deserted(t)(o); people = o.Staff })
	_, form := ownerForm(t, s.FirstOwnerLink(), "mika", secret, secret)
	for _, role := range []staff.Role{staff.Viewer, staff.Reviewer} {
		if _, err := people.AddUser("a-"+role.String(), role, []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	if again := start(t, func(o *Options) { o.Staff = people }); again.FirstOwnerLink() == "" {
		t.Error("the next start has no link")
	}
	if got := send(t, s, "POST", "/first-owner", "", form, "Content-Type", asForm); got.status != 303 || !people.HasOwner() {
		t.Errorf("the first owner: %d", got.status)
	}
	if got := send(t, s, "POST", "/first-owner", "", strings.Replace(form, "mika", "noa", 1), "Content-Type", asForm); got.status != http.StatusGone {
		t.Errorf("the second: %d", got.status)
	}
}

// TestNoFirstOwnerLink: when there was a user at the start there is no link,
// whatever happens to that user later.
func TestNoFirstOwnerLink(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, u := range s.options.Staff.Users() {
		if err := s.options.Staff.RemoveUser(u.Name); err != nil {
			t.Fatal(err)
		}
	}
	if link := s.FirstOwnerLink(); link != "" {
		t.Errorf("link %q", link)
	}
	for _, code := range []string{"", "AAAA"} {
		if got := send(t, s, "GET", "/first-owner?code="+code, "", ""); got.status != http.StatusGone {
			t.Errorf("code %q: %d", code, got.status)
		}
	}
}
