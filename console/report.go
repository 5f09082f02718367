package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"sekisho/interstitial"
	"sekisho/journal"
)

// recipients are where evidence can go, by the word of the address. Amazon has the
// first for sellers; the second is of the page that councilPage has.
var recipients = map[string]string{
	"amazon":  "stop-spoofing@amazon.com",
	"council": "info@antiphishing.jp",
}

// reportView is the page that shows a report before anybody has it.
type reportView struct {
	page
	ID       string
	Evidence evidence
	To       []letter
	Text     string // where it is as text
	Other    string // where it is in the other language
}

// letter is a draft that can be fetched.
type letter struct{ Key, Address, Link string }

// collect reads the incident that r is about, and the language of the report, which
// may be another than the page's. It answers itself when it cannot.
func (s *Server) collect(w http.ResponseWriter, r *http.Request) (e evidence, id string, ok bool) {
	lang := s.language(r)
	if l := r.URL.Query().Get("in"); l != "" {
		if lang, ok = interstitial.ParseLang(l); !ok {
			s.refuse(w, r, http.StatusBadRequest, "in: want ja or en")
			return e, "", false
		}
	}
	j, err := s.reader.get()
	if err == nil && j == nil {
		err = journal.ErrNotFound
	}
	var (
		inc  journal.Incident
		list []journal.Event
	)
	if err == nil {
		inc, list, err = j.IncidentByID(r.Context(), r.PathValue("id"))
	}
	if err == nil {
		list, err = withRefusals(r.Context(), j, inc.Host, list)
	}
	if err != nil {
		s.failPage(w, r, "read the incident", err)
		return e, "", false
	}
	return newEvidence(words{Lang: lang}, s.options.Version, inc, list), inc.ID, true
}

// collectFit is collect for a draft, of which there is none when nobody should have it.
func (s *Server) collectFit(w http.ResponseWriter, r *http.Request) (e evidence, id string, ok bool) {
	if e, id, ok = s.collect(w, r); ok && e.Unfit != "" {
		s.refuse(w, r, http.StatusConflict, words{Lang: s.language(r)}.O(e.Unfit))
		return e, id, false
	}
	return e, id, ok
}

// serveReport shows the report of an incident, as it would be sent.
func (s *Server) serveReport(w http.ResponseWriter, r *http.Request, who person) {
	e, id, ok := s.collect(w, r)
	if !ok {
		return
	}
	at, lang, other := "/incidents/"+url.PathEscape(id)+"/report", string(e.Lang), "en"
	if lang == other {
		other = "ja"
	}
	v := reportView{
		page: s.page(r, who, "report.title"), ID: id, Evidence: e,
		Text: link(at+".txt", "in", lang), Other: link(at, "in", other),
	}
	v.Topic = e.Host
	for _, key := range []string{"amazon", "council"} {
		v.To = append(v.To, letter{key, recipients[key], link(at+".eml", "in", lang, "to", key)})
	}
	s.show(w, http.StatusOK, "report.html", v)
}

// serveReportText answers with the report as plain text.
func (s *Server) serveReportText(w http.ResponseWriter, r *http.Request, _ person) {
	e, id, ok := s.collectFit(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Disposition", attachment(id, "txt"))
	serveText(w, http.StatusOK, oneLine(e.Subject)+"\n\n"+e.Text())
}

// serveReportMail answers with the report as a draft for a mail program.
func (s *Server) serveReportMail(w http.ResponseWriter, r *http.Request, _ person) {
	e, id, ok := s.collectFit(w, r)
	if !ok {
		return
	}
	key := r.URL.Query().Get("to")
	if recipients[key] == "" && key != "" {
		s.refuse(w, r, http.StatusBadRequest, "to: want amazon or council")
		return
	}
	d := draft{to: recipients[key], subject: oneLine(e.Subject), body: e.Text(), lang: string(e.Lang), date: time.Now()}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", attachment(id, "eml"))
	_, _ = w.Write([]byte(d.String()))
}

// attachment names a file after an incident, of whose id only what is safe is left.
func attachment(id, ext string) string {
	safe := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			return c
		}
		return -1
	}, id)
	return `attachment; filename="sekisho-report-` + safe[:min(len(safe), 8)] + "." + ext + `"`
}
