package console

import (
	"strings"
	"testing"

	"sekisho/config"
)

// TestCommandsOnPages: commands are about the sekisho whose page it is, and where its
// files are is said to nobody who has not signed in.
func TestCommandsOnPages(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.options.Flags = " --data '/srv/<sekisho>'"
	const shown = " --data &#39;/srv/&lt;sekisho&gt;&#39;</code>"
	cookie := signedIn(t, s, "viewer")
	for path, command := range map[string]string{
		"/accounts": "sekisho account add", "/people": "sekisho token", "/settings": "sekisho config check", "/set-up": "sekisho account add",
	} {
		if got := send(t, s, "GET", path, cookie, "").body; !strings.Contains(got, command+shown) {
			t.Errorf("%s does not name %s with %s", path, command, s.options.Flags)
		}
	}
	if got := send(t, s, "GET", "/settings", cookie, "").body; !strings.Contains(got, "<code>sekisho config default</code>") {
		t.Error("the defaults are said to be those of a file")
	}
	got := send(t, s, "GET", "/sign-in", "", "")
	if got.status != 200 || !strings.Contains(got.body, "sekisho user add") || strings.Contains(got.body, "/srv/") {
		t.Errorf("the sign-in page, %d, says where files are or names no command", got.status)
	}
}

// TestAnyPort: no ports are all ports, and the settings say so.
func TestAnyPort(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Egress.Ports = nil
	s := start(t, func(o *Options) { o.Settings = c.Show })
	body := send(t, s, "GET", "/settings?lang=en", signedIn(t, s, "viewer"), "").body
	if strings.Count(body, "(empty: any port)") != 1 || !strings.Contains(body, "(empty)") {
		t.Error("the settings do not say that any port may be reached, or say it of something else")
	}
}
