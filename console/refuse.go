package console

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/journal"
)

// refusedView is the page for what is not shown or done.
type refusedView struct {
	page
	Text string // key of the reason
}

// refuse answers with an error in the form that whoever asks reads: a problem for
// the API, a page for a browser, and a line otherwise. why is for the first and the
// last; a page says it in the language of the person, by the status.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	s.refuseBy("refused."+strconv.Itoa(status), w, r, status, why)
}

// refuseBy is refuse with the key of what a page says.
func (s *Server) refuseBy(key string, w http.ResponseWriter, r *http.Request, status int, why string) {
	switch {
	case isAPI(r.URL.Path):
		serveProblem(w, status, why)
	case strings.Contains(r.Header.Get("Accept"), "text/html") && phrases()[key] != nil:
		v := refusedView{page: s.page(r, person{}, "refused.title"), Text: key}
		v.Switch = false // the same address would be refused in the other language
		s.show(w, status, "refused.html", v)
	default:
		serveText(w, status, why+"\n")
	}
}

// fail answers that something of ours went wrong, and tells the log what.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	if r.Context().Err() != nil {
		return // who asked has left
	}
	s.log.Error("request failed", zap.String("doing", doing), zap.Error(err))
	if errors.Is(err, journal.ErrDamaged) {
		s.options.Journal.MetDamage()
		const key = "refused.damaged"
		s.refuseBy(key, w, r, http.StatusInternalServerError, phrases()[key][interstitial.English])
		return
	}
	s.refuse(w, r, http.StatusInternalServerError, fmt.Sprintf("It was not possible to %s; the log says why.", doing))
}
