package console

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
	"sekisho/journal/export"
)

const (
	// exportBuffer bounds what of an export waits in memory, exportWrite how long so
	// much may take to leave: whoever reads slower than that has left. The whole has
	// no bound, in length or in time, since a part is not what was asked for.
	exportBuffer = 64 << 10
	exportWrite  = 20 * time.Second
	// exportStill is how often an export looks whether its session still holds.
	exportStill = 2 * time.Second
	// maxExports bounds the exports under way: each reads the journal as fast as it
	// can, and pages are to be answered meanwhile.
	maxExports = 2
	// exportFlush is how long an event that was found waits for others at most before it
	// takes the next one for a reason to leave: where few match, the buffer takes long
	// to fill.
	exportFlush = 200 * time.Millisecond
	// exportAgain is how long somebody is told to wait who finds none free.
	exportAgain = 10 * time.Second
)

// forExcel is the parameter that asks for a CSV file that begins with a byte order mark.
// Without one Excel takes the file for the code page of its language, and shows every
// label and device in Japanese as nonsense; with one, scripts misread the first column.
const forExcel = "excel"

// serveCSV sends the filtered events as "sekisho events --csv" writes them.
func (s *Server) serveCSV(w http.ResponseWriter, r *http.Request, who person) {
	q, write := listQuery(r), export.CSV
	if q.Get(forExcel) == "true" {
		q.Del(forExcel)
		write = marked
	}
	s.export(w, r, who, q, "text/csv; charset=utf-8; header=present", "sekisho-events.csv", write)
}

// marked is [export.CSV] behind a byte order mark.
func marked(w io.Writer, events iter.Seq2[journal.Event, error]) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	return export.CSV(w, events)
}

// serveJSONLines sends the filtered events as "sekisho events --json" writes them.
func (s *Server) serveJSONLines(w http.ResponseWriter, r *http.Request, who person) {
	s.export(w, r, who, listQuery(r), "application/jsonl", "sekisho-events.jsonl", export.JSON)
}

// exportFilter reads the filter of a list for all that it selects. A cursor, which
// only says where a page begins, has to be one all the same.
func exportFilter(who person, v url.Values, now time.Time) (journal.Filter, error) {
	f, cursor, err := eventFilter(who, v, now)
	f.Limit = 0 // that of a page
	if err == nil && f.Check(cursor) != nil {
		err = errors.New("cursor: want what \"next\" was, with the same parameters")
	}
	return f, err
}

// export sends all events that the parameters of the list select, the oldest first.
func (s *Server) export(w http.ResponseWriter, r *http.Request, who person, q url.Values, contentType, name string,
	write func(io.Writer, iter.Seq2[journal.Event, error]) error,
) {
	f, err := exportFilter(who, q, time.Now())
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	default:
		s.retryAfter(w, exportAgain)
		s.refuse(w, r, http.StatusServiceUnavailable, "Other exports are under way.")
		return
	}
	j, err := s.reader.get()
	if err != nil {
		s.fail(w, r, "read the events", err)
		return
	}
	out := &outgoing{w: w, rc: http.NewResponseController(w), holds: func() bool { return s.holds(r, who) }, looked: time.Now()}
	if err := out.rc.SetReadDeadline(time.Time{}); err != nil { // reading on notices who leaves
		s.log.Debug("an export has the time of a page", zap.Error(err))
	}
	var events iter.Seq2[journal.Event, error] = func(func(journal.Event, error) bool) {}
	if j != nil {
		events = veiled(who, j.Events(r.Context(), f))
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	b := bufio.NewWriterSize(out, exportBuffer)
	if err = out.flush(); err == nil { // that it begins is seen at once, however far the first event is
		err = write(b, out.prompt(b, events))
	}
	if err == nil {
		err = errors.Join(b.Flush(), out.more()) // for what the server has yet to send
	}
	if err != nil {
		if r.Context().Err() == nil {
			s.log.Warn("export ended early", zap.Error(err))
		}
		// Cut the connection: a part must not look like the whole.
		panic(http.ErrAbortHandler)
	}
}

// errOver is why an export ends whose session does.
var errOver = errors.New("the session is over")

// outgoing is where an export goes. It has time as long as it moves.
type outgoing struct {
	w      io.Writer
	rc     *http.ResponseController
	holds  func() bool
	looked time.Time // when it was last seen to hold
	sent   time.Time // when something was last sent on for certain
}

// prompt is events, the first of which leaves b at once, and the others with the first
// one that is found [exportFlush] after something left.
func (o *outgoing) prompt(b *bufio.Writer, events iter.Seq2[journal.Event, error]) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		o.sent = time.Time{}
		for e, err := range events {
			if !yield(e, err) {
				return
			}
			if now := time.Now(); now.Sub(o.sent) >= exportFlush {
				if o.sent = now; errors.Join(b.Flush(), o.flush()) != nil {
					return // b has the error, and whoever writes to it
				}
			}
		}
	}
}

// flush has the server send what it has.
func (o *outgoing) flush() error {
	if err := o.more(); err != nil {
		return err
	}
	if err := o.rc.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// Write implements [io.Writer].
func (o *outgoing) Write(p []byte) (int, error) {
	if now := time.Now(); now.Sub(o.looked) >= exportStill {
		if o.looked = now; !o.holds() {
			return 0, errOver
		}
	}
	if err := o.more(); err != nil {
		return 0, err
	}
	return o.w.Write(p)
}

// more gives what is sent next its time.
func (o *outgoing) more() error {
	if err := o.rc.SetWriteDeadline(time.Now().Add(exportWrite)); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
