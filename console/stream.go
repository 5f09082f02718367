package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
)

const (
	streamPath = "/events/stream"
	// keepAlive is how often a stream says something when nothing happens, which is
	// how a connection that is gone is noticed.
	keepAlive = 15 * time.Second
	// stillEvery is how often a stream looks whether its session still holds.
	stillEvery = time.Second
	// streamWrite bounds one writing: whoever reads slower than that has left.
	streamWrite = 10 * time.Second
	// maxCatchUp bounds the events that a stream is given of what it missed, and
	// maxMissed how far back they may be. Past that, it is told that it has a gap.
	maxCatchUp = 500
	maxMissed  = 50_000
	// maxLiveRows bounds what a page holds; older rows leave it.
	maxLiveRows = 500
)

// stream is one live tail under way.
type stream struct {
	server *Server
	who    person
	w      http.ResponseWriter
	rc     *http.ResponseController
	page   page
	filter journal.Filter
	at     int64 // everything up to this id was sent, or does not match
	told   int64 // the id that the browser would come back with
}

// serveStream sends the events that the parameters of the list select as they are
// recorded, as server-sent events: see
// https://html.spec.whatwg.org/multipage/server-sent-events.html. Their ids are those
// of the journal, so that a browser that was cut off goes on where it was.
//
// The stream is no use of the session: it neither lengthens it nor outlives it.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request, who person) {
	q := listQuery(r)
	after := strings.Join(q["after"], ",") // more than one cannot be read
	q.Del("after")
	f, cursor, err := eventFilter(who, q, time.Now())
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		after = last
	}
	at, problem := strconv.ParseInt(after, 10, 64)
	if err != nil || cursor != "" || problem != nil || at < 0 {
		s.refuse(w, r, http.StatusBadRequest, "The parameters cannot be read.")
		return
	}
	leave, err := s.hub.join(s.sessionOf(r))
	if err != nil {
		w.Header().Set("Retry-After", "30")
		s.refuse(w, r, http.StatusTooManyRequests, "There are too many live tails.")
		return
	}
	defer leave()
	f.Limit = 0
	x := &stream{
		server: s, who: who, w: w, rc: http.NewResponseController(w), filter: f, at: at, told: at,
		page: page{words: words{Lang: s.language(r)}},
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	if err := x.run(r, who); err != nil {
		s.log.Debug("a live tail ended", zap.Error(err))
	}
}

// run sends until the browser or the session is gone, or the console stops.
func (x *stream) run(r *http.Request, who person) error {
	if err := x.rc.SetReadDeadline(time.Time{}); err != nil { // that of the request would end it
		return err
	}
	if err := x.send("retry: 2000\n: begun\n\n"); err != nil {
		return err
	}
	still := time.NewTicker(stillEvery)
	defer still.Stop()
	quiet := time.NewTicker(keepAlive)
	defer quiet.Stop()
	for {
		now := x.server.hub.now()
		if now.closed {
			return nil // the browser comes back by itself, to the next console
		}
		if x.at < now.to {
			if !x.server.holds(r, who) {
				return x.send("event: end\ndata: session\n\n")
			}
			if err := x.more(r.Context(), now); err != nil {
				return err
			}
			quiet.Reset(keepAlive)
			continue
		}
		select {
		case <-now.changed:
		case <-still.C:
			if !x.server.holds(r, who) {
				return x.send("event: end\ndata: session\n\n")
			}
		case <-quiet.C:
			if err := x.keepAlive(); err != nil {
				return err
			}
		case <-r.Context().Done():
			return nil
		}
	}
}

// more sends what was recorded since, from memory or else from the journal.
func (x *stream) more(ctx context.Context, now seen) error {
	if events, ok := now.behind(x.at); ok {
		return x.rows(events, now.to)
	}
	if now.to-x.at > maxMissed {
		return x.gap(now.to)
	}
	j, err := x.server.reader.get()
	if err != nil || j == nil {
		return err
	}
	f := x.filter
	f.After, f.Limit = x.at, maxCatchUp+1
	var events []journal.Event
	for e, err := range j.Events(ctx, f) {
		if err != nil {
			return err
		}
		if e.ID > x.at { // all of them, but for an After of zero
			events = append(events, e)
		}
	}
	if len(events) > maxCatchUp {
		return x.gap(now.to)
	}
	return x.rows(events, now.to)
}

// rows sends those of events that match, and notes that all up to an id was sent.
func (x *stream) rows(events []journal.Event, to int64) error {
	var b bytes.Buffer
	for _, e := range events {
		if x.at = max(x.at, e.ID); !x.filter.Matches(e) {
			continue
		}
		html, err := x.row(e)
		if err != nil {
			return err
		}
		frame(&b, e.ID, "row", html)
		x.told = e.ID
	}
	x.at = max(x.at, to)
	if b.Len() == 0 {
		return nil
	}
	return x.send(b.String())
}

// gap says that the page lacks events, and goes on from an id.
func (x *stream) gap(to int64) error {
	var b bytes.Buffer
	frame(&b, to, "gap", "more")
	x.at, x.told = to, to
	return x.send(b.String())
}

// row is the row of the list for an event.
func (x *stream) row(e journal.Event) (string, error) {
	t, err := templates()
	if err != nil {
		return "", err
	}
	e.Account = labelFor(x.who, e.Account)
	var b strings.Builder
	err = t.ExecuteTemplate(&b, "event-row", x.page.Row(e))
	return b.String(), err
}

// keepAlive says that the stream is there, and, without an event, how far it is.
func (x *stream) keepAlive() error {
	if x.at > x.told {
		x.told = x.at
		return x.send(fmt.Sprintf(": quiet\nid: %d\n\n", x.at))
	}
	return x.send(": quiet\n\n")
}

func (x *stream) send(text string) error {
	if err := x.rc.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return err
	}
	if _, err := x.w.Write([]byte(text)); err != nil {
		return err
	}
	return x.rc.Flush()
}

// frame writes one event of a stream. Each line of the data is a field of its own,
// whatever ends it, so that no text can begin another field.
func frame(b *bytes.Buffer, id int64, name, data string) {
	fmt.Fprintf(b, "id: %d\nevent: %s\n", id, name)
	for _, line := range strings.FieldsFunc(data, func(c rune) bool { return c == '\n' || c == '\r' }) {
		fmt.Fprintf(b, "data: %s\n", line)
	}
	b.WriteByte('\n')
}
