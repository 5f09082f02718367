package proxy_test

import (
	"fmt"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestCL14Chromium is CL-14: Chromium takes the leaf for an address, however a page has
// written it.
func TestCL14Chromium(t *testing.T) {
	t.Parallel()
	needTools(t, "chromium", "certutil")
	l := start(t)
	o := l.Origin([]string{"127.0.0.1"}, labnet.Handler())
	h := l.browserHome(t)
	for _, host := range []string{"127.0.0.1", "[::ffff:127.0.0.1]"} {
		if page := h.dump(t, fmt.Sprintf("https://%s:%d/echo", host, o.Port())); !strings.Contains(page, `"/echo"`) {
			t.Errorf("%s shows %.2000s; want the origin's answer", host, page)
		}
	}
	for _, e := range l.events(journal.Filter{}) {
		t.Errorf("noted %+v; want nothing of a browser that trusts the authority", e)
	}
}
