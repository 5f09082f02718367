package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"sekisho/console/throttle"
	"sekisho/staff"
)

// later is what a device shows that many steps from now.
func later(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

var (
	shownSecret = regexp.MustCompile(`class="secret">([A-Z2-7 ]+)<`)
	shownCode   = regexp.MustCompile(`<li><code>([a-z2-7-]{19})</code>`)
)

// withTOTP sets up codes as a person would, and returns the session, the secret and
// the recovery codes.
func withTOTP(t *testing.T, s *Server, name string) (cookie, secretText string, recovery []string) {
	t.Helper()
	cookie = signedIn(t, s, name)
	if got := post(t, s, "/me/totp", cookie, "password", "wrong password"); got.status != 422 || shownSecret.MatchString(got.body) {
		t.Fatalf("a wrong password: %d", got.status)
	}
	got := post(t, s, "/me/totp", cookie, "password", secret)
	found := shownSecret.FindStringSubmatch(got.body)
	if got.status != 200 || found == nil || !strings.Contains(got.body, "otpauth://totp/") || !strings.Contains(got.body, `<svg class="code"`) {
		t.Fatalf("begin: %d %s", got.status, got.body)
	}
	secretText = strings.ReplaceAll(found[1], " ", "")
	if got := post(t, s, "/me/totp/confirm", cookie, "code", later(t, secretText, 9)); got.status != 422 || s.options.Staff.Factors(name).TOTP {
		t.Fatalf("a wrong first code: %d", got.status)
	}
	got = post(t, s, "/me/totp/confirm", cookie, "code", later(t, secretText, 0))
	if got.status != 303 {
		t.Fatalf("confirm: %d %s", got.status, got.body)
	}
	cookie = cookieOf(t, got) // another id
	got = send(t, s, "GET", "/me", cookie, "")
	for _, m := range shownCode.FindAllStringSubmatch(got.body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 8 {
		t.Fatalf("%d recovery codes: %d %s", len(recovery), got.status, got.body)
	}
	if got := send(t, s, "GET", "/me", cookie, ""); shownCode.MatchString(got.body) || !strings.Contains(got.body, "/me/totp/remove") {
		t.Error("the recovery codes are shown twice, or the app is not")
	}
	return cookie, secretText, recovery
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	old := signedIn(t, s, "owner")
	cookie, text, recovery := withTOTP(t, s, "owner")
	if got := send(t, s, "GET", "/", old, ""); got.status != 303 {
		t.Errorf("another session goes on: %d", got.status)
	}
	if got := send(t, s, "GET", "/", cookie, ""); got.status != 200 {
		t.Errorf("this session does not go on: %d", got.status)
	}

	// The password alone opens nothing.
	pending := func() string {
		got := post(t, s, "/sign-in", "", "name", "owner", "password", secret, "next", "/events")
		if got.status != 303 || got.header.Get("Location") != "/sign-in/second" {
			t.Fatalf("sign-in: %d %s", got.status, got.header.Get("Location"))
		}
		return cookieOf(t, got)
	}
	half := pending()
	for _, r := range routes {
		if r.need > staff.None {
			path := strings.NewReplacer("{$}", "", "{id}", "0000").Replace(r.path)
			got := send(t, s, r.method, path, half, "")
			if got.status != 401 && (got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/sign-in")) {
				t.Errorf("%s %s after the password alone: %d", r.method, r.path, got.status)
			}
		}
	}
	if got := send(t, s, "GET", "/sign-in/second", half, ""); got.status != 200 || !strings.Contains(got.body, `name="code"`) {
		t.Errorf("the page: %d", got.status)
	}
	if got := post(t, s, "/sign-in/second", half, "code", "000000"); got.status != 403 || got.header.Get("Set-Cookie") != "" && strings.Contains(got.body, "Location") {
		t.Errorf("a wrong code: %d", got.status)
	}
	got := post(t, s, "/sign-in/second", half, "code", later(t, text, 1))
	if got.status != 303 || got.header.Get("Location") != "/events" {
		t.Fatalf("the right code: %d %s", got.status, got.header.Get("Location"))
	}
	whole := cookieOf(t, got)
	if whole == half {
		t.Error("the id stayed the same")
	}
	if got := send(t, s, "GET", "/events", whole, ""); got.status != 200 {
		t.Errorf("after both: %d", got.status)
	}
	if got := send(t, s, "GET", "/sign-in/second", half, ""); got.status != 303 {
		t.Errorf("the old id: %d", got.status)
	}

	// A code and a recovery code work once.
	half = pending()
	if got := post(t, s, "/sign-in/second", half, "code", later(t, text, 1)); got.status != 403 {
		t.Errorf("the same code: %d", got.status)
	}
	if got := post(t, s, "/sign-in/second", half, "code", recovery[0]); got.status != 303 {
		t.Errorf("a recovery code: %d", got.status)
	}
	half = pending()
	if got := post(t, s, "/sign-in/second", half, "code", recovery[0]); got.status != 403 {
		t.Errorf("the same recovery code: %d", got.status)
	}

	// What is pending ends with a new password.
	if _, err := s.options.Staff.AddUser("owner", staff.Owner, []byte(secret)); err != nil {
		t.Fatal(err)
	}
	if got := post(t, s, "/sign-in/second", half, "code", recovery[1]); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
		t.Errorf("after a new password: %d %s", got.status, got.header.Get("Location"))
	}
}

// TestSecondFactorOfAnother: what somebody else has opens nothing, and is not used up.
func TestSecondFactorOfAnother(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withTOTP(t, s, "owner")
	_, text, recovery := withTOTP(t, s, "viewer")
	half := func(name string) string {
		return cookieOf(t, post(t, s, "/sign-in", "", "name", name, "password", secret))
	}
	owner := half("owner")
	for _, code := range []string{recovery[0], later(t, text, 1)} {
		if got := post(t, s, "/sign-in/second", owner, "code", code, "name", "viewer"); got.status != 403 {
			t.Errorf("another's code: %d", got.status)
		}
	}
	if got := send(t, s, "GET", "/", owner, ""); got.status != 303 {
		t.Errorf("afterwards: %d", got.status)
	}
	for _, code := range []string{recovery[0], later(t, text, 1)} {
		if got := post(t, s, "/sign-in/second", half("viewer"), "code", code); got.status != 303 {
			t.Errorf("one's own: %d", got.status)
		}
	}
}

// TestSecondFactorIsSlow holds that codes cannot be tried without end by whoever has
// the password, also with a new sign-in for each.
func TestSecondFactorIsSlow(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	withTOTP(t, s, "owner")
	var got answer
	for range throttle.FreeTries + 1 {
		half := cookieOf(t, post(t, s, "/sign-in", "", "name", "owner", "password", secret))
		got = post(t, s, "/sign-in/second", half, "code", "000000")
	}
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("the sixth code: %d", got.status)
	}
}

func TestRemoveSecondFactor(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie, _, _ := withTOTP(t, s, "viewer")
	if got := post(t, s, "/me/totp/remove", cookie, "password", "wrong password"); got.status != 422 || !s.options.Staff.Factors("viewer").TOTP {
		t.Errorf("a wrong password: %d", got.status)
	}
	got := post(t, s, "/me/recovery", cookie, "password", secret)
	if page := send(t, s, "GET", "/me", cookie, ""); got.status != 303 || len(shownCode.FindAllString(page.body, -1)) != 8 {
		t.Errorf("new recovery codes: %d", got.status)
	}
	got = post(t, s, "/me/totp/remove", cookie, "password", secret)
	if got.status != 303 || s.options.Staff.Factors("viewer").Any() {
		t.Errorf("remove: %d", got.status)
	}
	signedIn(t, s, "viewer")
}

// TestPasskeyNeedsAName: a bare address is no site that a passkey could be for.
func TestPasskeyNeedsAName(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "owner")
	if got := send(t, s, "GET", "/me", cookie, ""); strings.Contains(got.body, "passkey.js") || strings.Contains(got.header.Get("Content-Security-Policy"), "script-src") {
		t.Error("the page runs the script at a bare address")
	}
	if got := post(t, s, "/me/passkeys/options", cookie, "password", secret, "name", "x"); got.status != 422 {
		t.Errorf("options: %d", got.status)
	}
	for _, body := range []string{"", "{}", "null", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, strings.Repeat("[", 9000)} {
		for _, path := range []string{"/me/passkeys", "/sign-in/passkey"} {
			if got := send(t, s, "POST", path, cookie, body, "Content-Type", "application/json", "Host", "localhost"); got.status != 403 && got.status != 422 {
				t.Errorf("%s with %.20q: %d", path, body, got.status)
			}
		}
	}
}

// TestCodesTogether: a recovery code and a code of the device let in once, however many
// ask at the same moment.
func TestCodesTogether(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, text, recovery := withTOTP(t, s, "owner")
	for _, code := range []string{recovery[0], later(t, text, 1)} {
		var halves []string
		for range throttle.FreeTries {
			halves = append(halves, cookieOf(t, post(t, s, "/sign-in", "", "name", "owner", "password", secret)))
		}
		in := make(chan int, len(halves))
		for _, half := range halves {
			go func() { in <- direct(s, "POST", "/sign-in/second", half, url.Values{"code": {code}}.Encode()).Code }()
		}
		count := map[int]int{}
		for range halves {
			count[<-in]++
		}
		if count[303] != 1 {
			t.Errorf("%d let in; want 1: %v", count[303], count)
		}
	}
}
