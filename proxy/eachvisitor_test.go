package proxy_test

import (
	"net/netip"
	"testing"

	"sekisho/imitation"
	"sekisho/internal/labnet"
)

// TestCodeOfEachVisitor: who is kept from a copy that another computer gave away has met
// it as well, so that its one-time code is looked for; who loads a picture of it has not.
func TestCodeOfEachVisitor(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		fresh, me := name(t, "fresh.labnet.example"), netip.MustParseAddr("127.0.0.1")
		l.dossier.Page(name(t, shop), netip.MustParseAddr("192.0.2.9"), imitation.Result{Grade: imitation.Copy, Score: 12, Signs: []string{"hidden:appActionToken"}})
		if a := get(t, d.client, d.base+"/a.png", map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}); a.StatusCode != 403 {
			t.Fatalf("a picture of the copy = %d", a.StatusCode)
		}
		if l.dossier.Hints(fresh, me).AfterCopy {
			t.Error("a picture of the copy is a copy met")
		}
		get(t, d.client, d.base+"/", navigation)
		if !l.dossier.Hints(fresh, me).AfterCopy {
			t.Error("the second visitor's codes are not looked for")
		}
	})
}
