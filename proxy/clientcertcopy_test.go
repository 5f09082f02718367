package proxy_test

import (
	"net/http"
	"net/netip"
	"testing"

	"sekisho/imitation"
	"sekisho/internal/labnet"
)

// TestCV54Copy is CV-54 at a site that was found to be a copy: its clients answer
// nobody there but us, unless all is only observed.
func TestCV54Copy(t *testing.T) {
	t.Parallel()
	for _, observe := range []bool{false, true} {
		l := prepareCertLab(t)
		l.options.Settings.Observe = observe
		l.serve()
		o := l.Origin([]string{shop}, labnet.Handler(), labnet.ClientAuth(l.staff))
		l.dossier.Page(name(t, shop), netip.MustParseAddr("127.0.0.1"), imitation.Result{Grade: imitation.Copy, Score: 100, Signs: []string{"title", "form"}})
		a := get(t, l.httpClient(l.browser(true), true), https(shop, o, "/"), navigation)
		if observe {
			checkOwn(t, a, o)
		} else if a.StatusCode != http.StatusSeeOther || o.Requests() != 0 {
			t.Errorf("the copy answered %d, to %d requests", a.StatusCode, o.Requests())
		}
	}
}
