package proxy_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

// TestSilentSecondStep: the password comes in a request of its own, after the ID,
// in a place and under a name that say nothing.
func TestSilentSecondStep(t *testing.T) {
	t.Parallel()
	password := url.QueryEscape(ownPassword)
	const form = "application/x-www-form-urlencoded"
	for _, second := range []struct {
		name, method, path, body string
		header                   map[string]string
	}{
		{"form", http.MethodPost, "/", "w=" + password, map[string]string{"Content-Type": form}},
		{"message", http.MethodPost, "/", "chat_id=1&text=" + url.QueryEscape("🔑 <b>Password:</b> <code>"+ownPassword+"</code>\n🌐 IP: 192.0.2.1"), map[string]string{"Content-Type": form}},
		{"text", http.MethodPost, "/", ownPassword, map[string]string{"Content-Type": "text/plain"}},
		{"query", http.MethodGet, "/?p=" + password, "", nil},
		{"header", http.MethodGet, "/", "", map[string]string{"X-W": ownPassword}},
		{"cookie", http.MethodGet, "/", "", map[string]string{"Cookie": "w=" + password}},
		{"method", hex.EncodeToString([]byte(ownPassword)), "/", "", nil},
		{"kinds accepted", http.MethodGet, "/", "", map[string]string{"Accept": "text/" + hex.EncodeToString([]byte(ownPassword))}},
		{"page's address", http.MethodGet, "/", "", map[string]string{"Referer": "https://" + shop + "/" + url.PathEscape(ownPassword)}},
	} {
		t.Run(second.name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
				l.protect()
				if a := posts(t, d, "u="+url.QueryEscape(ownID)); a.StatusCode != http.StatusOK {
					t.Fatalf("the ID alone = %d; want it to pass", a.StatusCode)
				}
				if a := posts(t, d, "w=another+value1"); a.StatusCode != http.StatusOK {
					t.Errorf("another value = %d; want it to pass", a.StatusCode)
				}
				before := d.origin.Requests()
				a := do(t, d.client, second.method, d.base+second.path, second.header, strings.NewReader(second.body))
				if a.Header.Get("Sekisho-Incident") == "" || d.origin.Requests() != before {
					t.Errorf("the password = %d; want it held", a.StatusCode)
				}
				events := l.events(journal.Filter{Host: shop})
				if len(events) != 1 || events[0].Technique != "protected-sign-in" || events[0].Severity != journal.SeverityRed || *events[0].Sent {
					t.Errorf("events = %+v; want the sign-in held, red", events)
				}
			})
		})
	}
}

// TestPictureElsewhere: a page that has the ID sends the password in the name of a picture
// on another site, which nothing else is looked at for.
func TestPictureElsewhere(t *testing.T) {
	t.Parallel()
	for _, told := range []string{"Referer", "Origin", ""} {
		t.Run("by "+told, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) { pictureElsewhere(t, l, d, told) })
		})
	}
}

// pictureElsewhere is TestPictureElsewhere for a page of which the field told tells; ""
// is one that forbids the browser to tell.
func pictureElsewhere(t *testing.T, l *lab, d door, told string) {
	l.protect()
	const other = "cdn.pictures.example" // of another site than the shop
	o := l.Origin([]string{other}, labnet.Handler())
	from := map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
	if told != "" {
		from[told] = d.base
	}
	picture := https(other, o, "/i/"+url.PathEscape(ownPassword)+".png")
	if a := do(t, d.client, http.MethodGet, picture, from, nil); a.Header.Get("Sekisho-Incident") != "" {
		t.Fatal("held before the ID was given")
	}
	if a := posts(t, d, "u="+url.QueryEscape(ownID)); a.StatusCode != http.StatusOK {
		t.Fatalf("the ID alone = %d; want it to pass", a.StatusCode)
	}
	before := o.Requests()
	if a := do(t, d.client, http.MethodGet, picture, from, nil); a.Header.Get("Sekisho-Incident") == "" || o.Requests() != before {
		t.Errorf("the password in a picture's name = %d; want it held", a.StatusCode)
	}
}

// TestRequestInOne: ID and password in places that a relay would not look at.
func TestRequestInOne(t *testing.T) {
	t.Parallel()
	both := base64.StdEncoding.EncodeToString([]byte(ownID + ":" + ownPassword))
	for name, header := range map[string]map[string]string{
		"page's address":  {"Referer": "https://" + shop + "/" + url.PathEscape(ownID) + "/" + url.PathEscape(ownPassword)},
		"cookie":          {"Cookie": "a=1; s=" + both},
		"version at hand": {"If-None-Match": `"` + ownID + ":" + ownPassword + `"`},
		"browser's name":  {"User-Agent": ownID + " " + ownPassword},
		"bearer":          {"Authorization": "Bearer " + both},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
				l.protect()
				before := d.origin.Requests()
				if a := do(t, d.client, http.MethodGet, d.base+"/", header, nil); a.Header.Get("Sekisho-Incident") == "" || d.origin.Requests() != before {
					t.Errorf("= %d; want it held", a.StatusCode)
				}
			})
		})
	}
}

// TestNoLeaveForSecrets: who went on past an amber name, or past the question
// about another sign-in, is asked about the protected ID and does not send the
// password, whether or not a page was opened first.
func TestNoLeaveForSecrets(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	host := amber(t)
	o := l.Origin([]string{host}, labnet.Handler())
	c := l.client()
	base := https(host, o, "")
	if a := l.warned(t, c, base+"/").decide(t, c, fromOwnPage); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("going on = %d", a.StatusCode)
	}
	send := func(kind map[string]string, form url.Values) answer {
		return do(t, c, http.MethodPost, base+"/", withHeader(kind, "Content-Type", "application/x-www-form-urlencoded"), strings.NewReader(form.Encode()))
	}
	id, password := url.Values{"u": {ownID}}, url.Values{"w": {ownPassword}}
	other := url.Values{"email": {"somebody@else.example"}, "password": {"one of theirs"}}
	for _, form := range []url.Values{id, password, {"u": {ownID}, "w": {ownPassword}}} {
		l.checkHeld(t, send(fetch, form), fetch)
	}
	w := page(t, c, send(navigation, other))
	if a := goOn(t, c, w, ""); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("going on to a sign-in = %d", a.StatusCode)
	}
	if a := send(fetch, other); a.StatusCode != http.StatusOK {
		t.Errorf("the sign-in = %d; want it to pass", a.StatusCode)
	}
	l.checkHeld(t, send(fetch, password), fetch)
	w = page(t, c, send(navigation, id))
	if a := goOn(t, c, w, ""); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("going on with the ID = %d", a.StatusCode)
	}
	if a := send(fetch, id); a.StatusCode != http.StatusOK {
		t.Errorf("the ID after it = %d; want it to pass", a.StatusCode)
	}
	l.checkHeld(t, send(fetch, password), fetch)
}

// TestUnreadable: a body that cannot be read is asked about under an amber name,
// and passes elsewhere.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	l := start(t)
	host := amber(t)
	o := l.Origin([]string{host, shop}, labnet.Handler())
	c := l.client()
	l.warned(t, c, https(host, o, "/")).decide(t, c, fromOwnPage)
	noise := make([]byte, 300)
	for i := range noise {
		noise[i] = byte(i*i*7 + i>>3*31 + 1)
	}
	for _, coding := range []string{"", "gzip", "foo"} {
		header := withHeader(fetch, "Content-Type", "application/octet-stream")
		if coding != "" {
			header = withHeader(header, "Content-Encoding", coding)
		}
		l.checkHeld(t, do(t, c, http.MethodPost, https(host, o, "/"), header, strings.NewReader(string(noise))), fetch)
		if a := do(t, c, http.MethodPost, https(shop, o, "/"), header, strings.NewReader(string(noise))); a.StatusCode != http.StatusOK {
			t.Errorf("%q elsewhere = %d; want it to pass", coding, a.StatusCode)
		}
	}
}

// TestSilentMessages: the two steps are two messages of one WebSocket.
func TestSilentMessages(t *testing.T) {
	t.Parallel()
	for _, message := range []string{ownPassword, `["b","` + ownPassword + `"]`} {
		l := start(t)
		l.protect()
		sink := &wsSink{mode: websocket.CompressionDisabled}
		o := l.Origin([]string{shop}, sink)
		ws := dialWS(t, l.client(), https(shop, o, "/"), websocket.CompressionDisabled)
		talks(t, ws, websocket.MessageText, `["a","`+ownID+`"]`)
		talks(t, ws, websocket.MessageText, `["b","another-value1"]`)
		l.sendHeld(t, ws, websocket.MessageText, message, false)
		if sink.seen.Load() {
			t.Errorf("%q reached the site", message)
		}
	}
}

// TestStepOverOthers: the password of the account whose ID came a step before does not leave
// beside the ID of another one, whatever its field is called.
func TestStepOverOthers(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	if err := l.accounts.Add("info@tanuki.example", "info", []byte("another-password 7")); err != nil {
		t.Fatal(err)
	}
	d := l.doors(labnet.Handler())[0]
	posts(t, d, "a="+url.QueryEscape(ownID))
	body := "owner=info%40tanuki.example&v1=Tokyo-12&v2=Osaka-34&v3=Kyoto-56&v4=Nagoya-7&b=" + url.QueryEscape(ownPassword)
	if got := posts(t, d, body).StatusCode; got == http.StatusOK {
		t.Errorf("the password beside another ID = %d; want it held", got)
	}
}

// TestStepAfterGoingOn: who went on at the question about a sign-in of his own has not said
// that the protected one may follow.
func TestStepAfterGoingOn(t *testing.T) {
	t.Parallel()
	eachAlone(t, labnet.Handler(), func(t *testing.T, l *lab, d door) {
		l.protect()
		l.dossier.Passed(name(t, shop))
		if a := posts(t, d, "u="+url.QueryEscape(ownID)); a.StatusCode != http.StatusOK {
			t.Fatalf("the ID alone = %d; want it to pass", a.StatusCode)
		}
		for i := range 30 {
			if a := posts(t, d, fmt.Sprintf("w=Kitsune!%dx", 100+i)); a.StatusCode != http.StatusOK {
				t.Fatalf("value %d = %d; want it to pass", i, a.StatusCode)
			}
		}
		before := d.origin.Requests()
		if a := posts(t, d, "w="+url.QueryEscape(ownPassword)); a.StatusCode == http.StatusOK || d.origin.Requests() != before {
			t.Errorf("the password = %d; want it held", a.StatusCode)
		}
		events := l.events(journal.Filter{Host: shop})
		if len(events) != 1 || events[0].Technique != "protected-sign-in" || events[0].Severity != journal.SeverityRed || *events[0].Sent {
			t.Errorf("events = %+v; want the sign-in held, red", events)
		}
	})
}
