package dossier

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestLately: it matters which page makes a request for ten minutes after a client gave a
// protected ID, or was kept from sending a sign-in.
func TestLately(t *testing.T) {
	t.Parallel()
	for how, send := range map[string]func(o office){
		"ID":   func(o office) { o.SubmitFrom(Sender{}, name(o, "quiet-river.example"), pc1, anyID, idOnly) },
		"held": func(o office) { o.SubmitFrom(Sender{}, name(o, "quiet-river.example"), pc1, anySignIn, both) },
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				if o.Lately(pc1) {
					t.Error("before anything was sent")
				}
				send(o)
				if !o.Lately(pc1) || o.Lately(pc2) {
					t.Errorf("lately = %v, another client %v; want true and false", o.Lately(pc1), o.Lately(pc2))
				}
				time.Sleep(stepFor)
				if o.Lately(pc1) {
					t.Error("ten minutes later, still")
				}
			})
		})
	}
}
