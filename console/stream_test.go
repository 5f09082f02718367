package console

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sekisho/journal"
)

// tail is a live tail that a test reads.
type tail struct {
	t      *testing.T
	res    *http.Response
	frames chan frameSeen
}

// frameSeen is one event of a stream; without a name it is a comment or an id alone.
type frameSeen struct {
	id         int64
	name, data string
}

// listen opens a live tail at the address of a server.
func listen(t *testing.T, addr, query, cookie string, header ...string) *tail {
	t.Helper()
	return listenAt(t, addr, streamPath+"?"+query, cookie, header...)
}

// listenAt opens a stream of any kind.
func listenAt(t *testing.T, addr, path, cookie string, header ...string) *tail {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	x := &tail{t: t, res: res, frames: make(chan frameSeen, 10_000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if res.StatusCode == http.StatusOK {
			x.read()
		}
	}()
	t.Cleanup(func() { cancel(); _ = res.Body.Close(); <-done })
	return x
}

func (x *tail) read() {
	defer close(x.frames)
	var f frameSeen
	for lines := bufio.NewScanner(x.res.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			f.id, _ = strconv.ParseInt(value, 10, 64)
		case "event":
			f.name = value
		case "data":
			f.data += value + "\n"
		case "":
			if lines.Text() == "" {
				x.frames <- f
				f = frameSeen{}
			}
		case "retry":
		default:
			x.t.Errorf("a line of the stream is %q", lines.Text())
		}
	}
}

// next returns the next event that has a name; it is false at the end.
func (x *tail) next() (frameSeen, bool) {
	for f := range x.frames {
		if f.name != "" {
			return f, true
		}
	}
	return frameSeen{}, false
}

// rows returns the ids of the next n rows.
func (x *tail) rows(n int) (ids []int64) {
	x.t.Helper()
	for len(ids) < n {
		f, ok := x.next()
		if !ok || f.name != "row" {
			x.t.Fatalf("after %d of %d rows: %+v, %v", len(ids), n, f, ok)
		}
		ids = append(ids, f.id)
	}
	return ids
}

func recordHost(t *testing.T, s *Server, host string) int64 {
	t.Helper()
	e, err := s.options.Journal.Record(t.Context(), journal.Event{Door: journal.DoorDNS, Host: host, Action: journal.ActionBlock, Severity: journal.SeverityRed})
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// TestLiveTail: every matching event comes once, in order, also to somebody who was
// away, whether what was missed is still in memory or not.
func TestLiveTail(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	addr := s.Addr().String()
	recordHost(t, s, "before.example")
	after := recordHost(t, s, "before.example")
	x := listen(t, addr, fmt.Sprintf("severity=red&text=wanted&after=%d", after), cookie)
	if x.res.StatusCode != 200 || !strings.HasPrefix(x.res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%d %v", x.res.StatusCode, x.res.Header)
	}
	var want []int64
	record := func() {
		for i := range 300 {
			if id := recordHost(t, s, fmt.Sprintf("%s%d.example", []string{"wanted", "other"}[i%2], i)); i%2 == 0 {
				want = append(want, id)
			}
		}
	}
	record()
	if got := x.rows(150); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rows %v; want %v", got, want)
	}
	record()
	for name, begin := range map[string]int64{"all of it": after, "from the middle": want[100], "the last": want[len(want)-2]} {
		y := listen(t, addr, "text=WANTED&after=999999", cookie, "Last-Event-ID", fmt.Sprint(begin))
		var missed []int64
		for _, id := range want {
			if id > begin {
				missed = append(missed, id)
			}
		}
		if got := y.rows(len(missed)); fmt.Sprint(got) != fmt.Sprint(missed) {
			t.Errorf("%s: rows %v; want %v", name, got, missed)
		}
		_ = y.res.Body.Close()
	}
}

// TestLiveTailGap: who missed more than a page holds is told, and goes on.
func TestLiveTailGap(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	for i := range maxCatchUp + 2 {
		recordHost(t, s, fmt.Sprintf("h%d.example", i))
	}
	x := listen(t, s.Addr().String(), "after=1", cookie)
	if x.rows(0); x.res.StatusCode != 200 {
		t.Fatal(x.res.Status)
	}
	if f, ok := x.next(); !ok || f.name != "gap" || f.id != maxCatchUp+2 {
		t.Fatalf("%+v, %v; want a gap", f, ok)
	}
	id := recordHost(t, s, "one-more.example")
	if got := x.rows(1); got[0] != id {
		t.Errorf("then %v; want %d", got, id)
	}
}

// TestHubForgets: what is held in memory is bounded, and whoever is behind it reads
// the journal.
func TestHubForgets(t *testing.T) {
	t.Parallel()
	h := newHub(nil, nil)
	h.seen = seen{from: -1, to: -1, changed: make(chan struct{})}
	if _, ok := h.now().behind(0); ok {
		t.Error("it claims to know the beginning")
	}
	h.take(t.Context(), nil, 100)
	for id := int64(101); id <= 100+3*recent; id += 2 {
		h.take(t.Context(), []journal.Event{{ID: id}}, id)
		s := h.now()
		if len(s.events) > recent || s.to != id {
			t.Fatalf("%d events, to %d", len(s.events), s.to)
		}
		for _, at := range []int64{100, s.from - 1, s.from, id - 100, id - 1, id} {
			got, ok := s.behind(at)
			if want := at >= s.from; ok != want {
				t.Fatalf("behind(%d) of %d to %d: %v", at, s.from, s.to, ok)
			} else if want && (len(got) != int(id/2-(at-1)/2) && at%2 == 1 || len(got) > 0 && got[0].ID <= at) {
				t.Fatalf("behind(%d) has %d events to %d", at, len(got), id)
			}
		}
	}
}

// TestLiveTailHostile: whatever an event says is one row, as text.
func TestLiveTailHostile(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	x := listen(t, s.Addr().String(), "after=0", signedIn(t, s, "viewer"))
	bad := "\r\nevent: end\r\ndata: x\r\n\r\nid: 9\n" + hostile + "\u2028\x00"
	_, err := s.options.Journal.Record(t.Context(), journal.Event{
		Door: bad, Client: bad, Device: bad, Host: bad, Action: bad, Severity: bad, Ground: bad, Technique: bad, Account: bad, Incident: bad,
	})
	if err != nil {
		t.Fatal(err)
	}
	f, ok := x.next()
	if !ok || f.name != "row" || f.id != 1 {
		t.Fatalf("%+v, %v", f, ok)
	}
	doc, err := html.Parse(strings.NewReader("<table><tbody>" + f.data + "</tbody></table>"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	walk(doc, func(n *html.Node) {
		switch n.Data {
		case "tr":
			rows++
		case "script", "b", "img":
			t.Errorf("there is a <%s>", n.Data)
		}
	})
	if rows != 1 {
		t.Errorf("%d rows: %s", rows, f.data)
	}
}
