package proxy_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sekisho/journal"
)

// turns is a site that is a harmless page until it has turned; /turn, and any body
// sent to /step, turns it. What is sent to /copy is answered with the copy, and /lamps/
// stays harmless.
func turns(t testing.TB) http.Handler {
	page := copied(t)
	var turned atomic.Bool // several connections of one client may ask at a time
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/turn", "/step", "/k", "/app.js":
			turned.Store(true)
			w.WriteHeader(http.StatusNoContent)
			return
		case "/copy":
			turned.Store(true)
		}
		if turned.Load() && r.URL.Path != "/lamps/" {
			_, _ = w.Write(page)
			return
		}
		_, _ = w.Write([]byte("<!doctype html><title>lamps</title><p>lamps"))
	})
}

// TestSentBeforeCopy: the warning that stands in for a copy says what may be at the
// site already, and the event does.
func TestSentBeforeCopy(t *testing.T) {
	t.Parallel()
	own := func(base string, header map[string]string) map[string]string {
		return withHeader(withHeader(header, "Sec-Fetch-Site", "same-origin"), "Referer", base+"/")
	}
	form := func(t *testing.T, d door, path string, header map[string]string) answer {
		return do(t, d.client, http.MethodPost, d.base+path, withHeader(header, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader("k1=lamp&k2=Green-1"))
	}
	const nothing, maybe, yes = "nothing was typed into it", "may have been sent from this device to this site, or by its pages to another", "has reached this site"
	for name, tt := range map[string]struct {
		send func(t *testing.T, d door) answer // its answer is the copy
		want string
		sent string
	}{
		"opened": {func(t *testing.T, d door) answer { return get(t, d.client, d.base+"/copy", navigation) }, nothing, "absent"},
		"by a link of a mail": {func(t *testing.T, d door) answer {
			return get(t, d.client, d.base+"/copy?id=77", withHeader(navigation, "Sec-Fetch-Site", "cross-site"))
		}, nothing, "absent"},
		"an answer to a form": {func(t *testing.T, d door) answer { return form(t, d, "/copy", navigation) }, yes, "true"},
		"after a form": {func(t *testing.T, d door) answer {
			form(t, d, "/step", navigation)
			return get(t, d.client, d.base+"/", navigation)
		}, maybe, "absent"},
		"after a script's words": {func(t *testing.T, d door) answer {
			form(t, d, "/step", own(d.base, fetch))
			return get(t, d.client, d.base+"/", navigation)
		}, maybe, "absent"},
		"after a query of a page": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/k?d=Gree", own(d.base, fetch))
			return get(t, d.client, d.base+"/", navigation)
		}, maybe, "absent"},
		"after a query of a page in clear": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/k?d=Gree", map[string]string{"Referer": d.base + "/", "Accept": "*/*"})
			return get(t, d.client, d.base+"/", navigation)
		}, maybe, "absent"},
		"after a picture that the markup names": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/img/lamp.png", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, nothing, "absent"},
		"after a link to its own page": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/lamps/", own(d.base, navigation))
			return get(t, d.client, d.base+"/copy", navigation)
		}, nothing, "absent"},
		"after the path of a picture": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/img/4111111111111111.png", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after the path of a picture in capitals": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/img/LAMP.png", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after the query of a script": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/app.js?cc=4111111111111111", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after the query of a style sheet": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/app.css?cc=4111111111111111", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after the query of a font": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/app.woff?cc=4111111111111111", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "font"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after a cookie": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/img/lamp.png", own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Cookie": "k=4111"}))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after a field of its own": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/k", withHeader(own(d.base, fetch), "X-K", "4111111111111111"))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after the address of its page": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/img/lamp.png", withHeader(own(d.base, map[string]string{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}), "Referer", d.base+"/4111"))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
		"after a request that no page made": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/lamps/", navigation)
			get(t, d.client, d.base+"/lamps/?tab=Lamp", withHeader(fetch, "Sec-Fetch-Site", "none")) // an extension of the browser's
			return get(t, d.client, d.base+"/copy", navigation)
		}, nothing, "absent"},
		"after a link with a query": {func(t *testing.T, d door) answer {
			get(t, d.client, d.base+"/k?card=4111", own(d.base, navigation))
			return get(t, d.client, d.base+"/copy", navigation)
		}, maybe, "absent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, turns(t), func(t *testing.T, l *lab, d door) {
				a := tt.send(t, d)
				l.checkReplaced(t, a, "navigation")
				l.checkWords(t, a.Header.Get("Location"), tt.want, tt.want != nothing)
				events := l.events(journal.Filter{Host: shop})
				last := events[len(events)-1]
				sent := map[bool]string{true: "true", false: "false"}[last.Sent != nil && *last.Sent]
				if last.Sent == nil {
					sent = "absent"
				}
				if sent != tt.sent {
					t.Errorf("the event's sent is %s; want %s", sent, tt.sent)
				}
				// The next try does not take that back.
				again := get(t, d.client, d.base+"/", navigation)
				l.checkWords(t, again.Header.Get("Location"), tt.want, tt.want != nothing)
			})
		})
	}
}

// checkWords checks what a warning says about what was sent, and whether the steps
// to take then are open.
func (l *lab) checkWords(t *testing.T, page, want string, open bool) {
	t.Helper()
	w := get(t, l.client(), page, withHeader(navigation, "Accept-Language", "en"))
	if !strings.Contains(w.body, want) || strings.Contains(w.body, "<details open>") != open {
		t.Errorf("the warning does not say %q with the steps open %t: %s", want, open, w.body)
	}
}

// TestSentElsewhere: what a page has another site get may be its own as well.
func TestSentElsewhere(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, d := range l.doors(turns(t)) {
		header := withHeader(fetch, "Origin", "https://lamps.example")
		header = withHeader(header, "Sec-Fetch-Site", "cross-site")
		do(t, d.client, http.MethodPost, d.base+"/turn", header, strings.NewReader("k1=lamp"))
	}
	o := l.Origin([]string{"lamps.example"}, serves{contentType: "text/html", pieces: [][]byte{copied(t)}})
	a := get(t, l.client(), https("lamps.example", o, "/"), navigation)
	l.checkWords(t, a.Header.Get("Location"), "may have been sent from this device to this site, or by its pages to another", true)
}

// TestSentAway: what a page sends to another site counts against its own, and where the
// browser may not say whose page it is, against each that was opened here before.
func TestSentAway(t *testing.T) {
	t.Parallel()
	away := withHeader(fetch, "Sec-Fetch-Site", "cross-site")
	picture := withHeader(withHeader(away, "Sec-Fetch-Mode", "no-cors"), "Sec-Fetch-Dest", "image")
	link := withHeader(navigation, "Sec-Fetch-Site", "cross-site")
	const nothing, maybe = "nothing was typed into it", "may have been sent from this device to this site, or by its pages to another"
	for name, tt := range map[string]struct {
		opened bool
		header map[string]string
		path   string
		want   string
	}{
		"in a query":                     {true, withHeader(away, "Origin", "https://"+shop), "/k?cc=4111", maybe},
		"in a picture's name":            {true, withHeader(picture, "Referer", "https://"+shop+"/"), "/lamp.png", maybe},
		"by another page":                {true, withHeader(picture, "Referer", "https://lamps.example/"), "/4111.png", nothing},
		"by a page that does not say":    {true, picture, "/4111.png", maybe},
		"by a page within another page":  {true, withHeader(away, "Origin", "null"), "/k?cc=4111", maybe},
		"by a frame that does not say":   {true, withHeader(link, "Sec-Fetch-Dest", "iframe"), "/k?cc=4111", maybe},
		"by a link that does not say":    {true, link, "/k?id=77", nothing},
		"by such a page before it opens": {false, picture, "/4111.png", nothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, turns(t), func(t *testing.T, l *lab, d door) {
				o := l.Origin([]string{"other.example"}, http.NotFoundHandler())
				if tt.opened {
					get(t, d.client, d.base+"/lamps/", navigation)
				}
				if get(t, d.client, https("other.example", o, tt.path), tt.header); o.Requests() == 0 {
					t.Fatal("the other site was not reached")
				}
				a := get(t, d.client, d.base+"/copy", navigation)
				l.checkReplaced(t, a, "navigation")
				l.checkWords(t, a.Header.Get("Location"), tt.want, tt.want != nothing)
			})
		})
	}
}
