package console

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"go.uber.org/zap"

	"sekisho/journal"
)

const (
	// maxExport bounds what one export carries: the newest events. "sekisho events"
	// has no such bound.
	maxExport = 200_000
	// exportTimeout bounds an export, exportBuffer what of it waits in memory.
	exportTimeout = 2 * time.Minute
	exportBuffer  = 64 << 10
	// maxExports bounds the exports under way: each reads the journal as fast as it
	// can, and pages are to be answered meanwhile.
	maxExports = 2
	// exportAgain is how long somebody is told to wait who finds none free.
	exportAgain = 10 * time.Second
)

// serveCSV sends the filtered events as "sekisho events --csv" writes them.
func (s *Server) serveCSV(w http.ResponseWriter, r *http.Request, _ person) {
	s.export(w, r, "text/csv; charset=utf-8; header=present", "sekisho-events.csv", journal.WriteCSV)
}

// serveJSONLines sends the filtered events as "sekisho events --json" writes them.
func (s *Server) serveJSONLines(w http.ResponseWriter, r *http.Request, _ person) {
	s.export(w, r, "application/jsonl", "sekisho-events.jsonl", journal.WriteJSON)
}

// export sends the events that the parameters of the list select, the oldest first.
func (s *Server) export(w http.ResponseWriter, r *http.Request, contentType, name string,
	write func(io.Writer, iter.Seq2[journal.Event, error]) error,
) {
	f, _, err := eventFilter(listQuery(r), time.Now())
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	f.Limit = maxExport
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
	until, rc := time.Now().Add(exportTimeout), http.NewResponseController(w)
	if err := errors.Join(rc.SetWriteDeadline(until), rc.SetReadDeadline(until)); err != nil { // reading on notices who leaves
		s.log.Debug("an export has the time of a page", zap.Error(err))
	}
	var events iter.Seq2[journal.Event, error] = func(func(journal.Event, error) bool) {}
	if j != nil {
		events = j.Events(r.Context(), f)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	b := bufio.NewWriterSize(w, exportBuffer)
	if err = write(b, events); err == nil {
		err = b.Flush()
	}
	if err != nil {
		if r.Context().Err() == nil {
			s.log.Warn("export ended early", zap.Error(err))
		}
		// Cut the connection: a part must not look like the whole.
		panic(http.ErrAbortHandler)
	}
}
