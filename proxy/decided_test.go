package proxy_test

import (
	"net/http"
	"testing"
	"time"

	"sekisho/dossier"
	"sekisho/internal/labnet"
)

// TestDecidedBeforeSeen: a decision about a sign-in that a script was refused ends the
// warning that waits for its tab, and the question; a protected sign-in's it does not.
func TestDecidedBeforeSeen(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		l.checkHeld(t, signIn(t, d.client, d.base, fetch), fetch)
		l.dossier.Pardon(map[string]dossier.Pardoned{shop: {Since: time.Now(), Until: time.Now().Add(time.Hour)}})
		if a := get(t, d.client, d.base+"/", navigation); a.StatusCode != http.StatusOK {
			t.Errorf("decided, and the next page = %d; want the site's", a.StatusCode)
		}
		if e := signIn(t, d.client, d.base, fetch).echo(t); e.Size == 0 {
			t.Error("decided, and the sign-in did not arrive")
		}
		l.checkHeld(t, carriers(t)[0].send(t, d, fetch, false), fetch)
		page(t, d.client, get(t, d.client, d.base+"/", navigation))
		l.dossier.Pardon(nil)
		l.checkHeld(t, signIn(t, d.client, d.base, fetch), fetch)
	})
}
