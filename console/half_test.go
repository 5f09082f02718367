package console

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"sekisho/staff"
)

// TestHalfSignInEnds: a right password waits ten minutes for what has to be shown
// besides, and not for as long as a session lasts.
func TestHalfSignInEnds(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *Server) {
		text := staff.NewSecret()
		code := func() string {
			c, err := totp.GenerateCode(staff.SecretText(text), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if _, _, err := s.options.Staff.SetTOTP("owner", text, code()); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			after time.Duration
			works bool
		}{{pendingFor - time.Minute, true}, {pendingFor + time.Minute, false}} {
			in := direct(s, "POST", "/sign-in", "", formOf("owner", secret))
			half := cookieOf(t, answer{in.Code, in.Header(), ""})
			time.Sleep(tt.after)
			page := direct(s, "GET", "/sign-in/second", half, "")
			done := direct(s, "POST", "/sign-in/second", half, url.Values{"code": {code()}}.Encode())
			if (page.Code == 200) != tt.works || done.Code != 303 || strings.HasPrefix(done.Header().Get("Location"), "/sign-in") == tt.works {
				t.Errorf("after %v: the page %d, the right code %d %s", tt.after, page.Code, done.Code, done.Header().Get("Location"))
			}
		}
	})
}
