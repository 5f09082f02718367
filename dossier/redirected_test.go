package dossier

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestRedirected: a mail led to the host that its redirector leads to, and to no other that
// is opened meanwhile.
func TestRedirected(t *testing.T) {
	t.Parallel()
	const tracker, hop, evil, bookmark = "u1.ct.sendgrid.net", "go.hop.example", "x-1.example", "x-2.example"
	byHand := func(location string) Arrival {
		return Arrival{SecFetchMode: "navigate", SecFetchSite: "none", Location: location}
	}
	byPage := Arrival{SecFetchMode: "navigate", SecFetchSite: "cross-site"}
	for name, tt := range map[string]struct {
		first func(o office)
		then  Arrival
		at    string
		want  bool
	}{
		"where it leads":           {func(o office) { o.visitAs(tracker, byHand("https://"+evil+"/x?u=https://"+bookmark)) }, byHand(""), evil, true},
		"without a scheme":         {func(o office) { o.visitAs(tracker, byHand("//"+evil+":443/x")) }, byHand(""), evil, true},
		"opened by hand meanwhile": {func(o office) { o.visitAs(tracker, byHand("https://"+evil+"/")) }, byHand(""), bookmark, false},
		"by a link meanwhile":      {func(o office) { o.visitAs(tracker, byHand("https://"+evil+"/")) }, byPage, bookmark, false},
		"by another redirector": {func(o office) {
			o.visitAs(tracker, byHand("https://"+hop+"/"))
			o.visitAs(hop, byHand("https://"+evil+"/"))
		}, byHand(""), evil, true},
		"by itself":              {func(o office) { o.visitAs(tracker, byHand("/next")); o.visitAs(tracker, byHand("https://"+evil+"/")) }, byHand(""), evil, true},
		"within itself alone":    {func(o office) { o.visitAs(tracker, byHand("/next?u=https://"+evil)) }, byHand(""), evil, false},
		"by its page":            {func(o office) { o.visitAs(tracker, byHand("")) }, byPage, evil, true},
		"by hand after its page": {func(o office) { o.visitAs(tracker, byHand("")) }, byHand(""), evil, false},
		"by its page, of old":    {func(o office) { o.visitAs(tracker, Arrival{}) }, Arrival{}, evil, true},
		"nonsense":               {func(o office) { o.visitAs(tracker, byHand("https://[x")) }, byHand(""), evil, false},
		"on from where it leads": {func(o office) { o.visitAs(tracker, byHand("https://"+hop+"/")); o.visitAs(hop, byHand("")) }, byPage, evil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := office{t, open(t)}
				tt.first(o)
				time.Sleep(5 * time.Second)
				o.visitAs(tt.at, tt.then)
				if got := o.submit(tt.at, anySignIn, none).FromMail; got != tt.want {
					t.Errorf("a mail led there: %t; want %t", got, tt.want)
				}
			})
		})
	}
}
