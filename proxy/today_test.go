package proxy_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"sekisho/internal/labnet"
)

// TestTallyOnStatus: the status page counts pages that were read, warnings and
// held sign-ins, each once a visit.
func TestTallyOnStatus(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	mux := http.NewServeMux()
	mux.Handle("/", labnet.Handler())
	mux.Handle("/page", serves{contentType: "text/html", pieces: [][]byte{[]byte("<!doctype html><title>lamps</title>")}})
	mux.Handle("/image", serves{contentType: "image/png", pieces: [][]byte{[]byte("png")}})
	mux.Handle("/app.js", serves{contentType: "text/javascript", pieces: [][]byte{[]byte("go()")}})
	d := l.doors(mux)[0]
	get(t, d.client, d.base+"/page", navigation)
	get(t, d.client, d.base+"/page", navigation)
	get(t, d.client, d.base+"/image", image)
	get(t, d.client, d.base+"/app.js", map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script", "Sec-Fetch-Site": "same-origin"})
	for range 2 {
		l.checkHeld(t, signIn(t, d.client, d.base, fetch), fetch)
		get(t, d.client, "https://"+lookalike+"/", navigation)
	}
	page := get(t, d.client, internalOrigin, navigation)
	var got []string
	for _, m := range regexp.MustCompile(`<dd>(\d+)</dd>`).FindAllStringSubmatch(page.body, -1) {
		got = append(got, m[1])
	}
	if want := []string{"2", "1", "1"}; !slices.Equal(got, want) {
		t.Errorf("pages, warnings and held sign-ins = %q; want %q: %s", got, want, page.body)
	}
}
