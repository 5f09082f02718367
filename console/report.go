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

// evidence is what a report says of an incident: of the site, and nothing of who was
// there. It has no address, name or account of ours, and never what somebody typed.
type evidence struct {
	words
	Subject string
	Lead    string
	Facts   []fact
	Unfit   string // key of why nobody should have it, "" when somebody may
}

// fact is a line of a report, or several.
type fact struct {
	Name  string
	Texts []string
}

// newEvidence collects what can be told of an incident in the language of w.
func newEvidence(w words, version string, inc journal.Incident, list []journal.Event) evidence {
	about := "suspicious"
	if poses(inc) {
		about = "amazon"
	}
	e := evidence{words: w, Subject: w.O("report.subject."+about) + " " + defang(inc.Host), Lead: w.O("report.lead." + about), Unfit: unfit(inc)}
	add := func(key string, texts ...string) {
		var some []string
		for _, s := range texts {
			if s != "" {
				some = append(some, s)
			}
		}
		if len(some) > 0 {
			e.Facts = append(e.Facts, fact{w.O("report." + key), some})
		}
	}
	certificate := certificateOf(w, list)
	if inc.Host != "" {
		at := defang(inc.Host)
		if len(certificate) > 0 { // otherwise nobody knows which scheme it was
			at = "hxxps://" + at + "/"
		}
		add("address", at, unicodeOf(inc.Host), w.O("report.path"))
	}
	add("first", zoned(inc.First))
	add("last", zoned(inc.Last))
	if poses(inc) {
		add("target", deaden([]string{inc.Target})...)
	}
	reason, seen := interstitial.Explain(w.Lang, inc.Ground, inc.Technique, inc.Signs)
	add("reason", reason)
	add("seen", seen...)
	add("technique", deaden([]string{inc.Technique})...)
	add("signs", deaden([]string{strings.Join(inc.Signs, ", ")})...)
	if inc.Ground == "lookalike" && inc.Door != journal.DoorConsole && inc.Technique != journal.TechniqueAppeal {
		add("detail", defang(w.Sentence(inc.Technique, inc.Detail))) // made of the name alone; that of a list has paths of ours
	}
	if len(certificate) > 0 {
		add("certificate", deaden(certificate)...) // whoever had it issued wrote its names
	} else {
		add("certificate", w.O("report.unrecorded"))
	}
	add("action", w.O("action."+inc.Action))
	add("sent", said(w, inc.Sent))
	add("number", inc.ID)
	add("by", "sekisho "+version)
	return e
}

// unfit returns the key of why an incident is not to be reported, "" when it may be.
func unfit(inc journal.Incident) string {
	switch {
	case inc.Exercise():
		return "report.drill"
	case inc.BlockedBy != "": // confirmed in spite of what was said here
	case inc.State == journal.StateFalseAlarm, inc.State == journal.StateAllowed:
		return "report.harmless"
	case confirmed(inc) || poses(inc):
	case inc.Technique == "unfamiliar-sign-in", inc.Severity == journal.SeverityAmber:
		return "report.unconfirmed" // any shop where somebody signs in for the first time
	}
	return ""
}

// confirmed reports whether somebody said that the site of an incident is false.
func confirmed(inc journal.Incident) bool {
	return inc.State == journal.StateConfirmed || inc.Again == journal.StateConfirmed
}

// poses reports whether the site of an incident imitated Amazon, by its name or by
// what it showed, as far as sekisho can tell.
func poses(inc journal.Incident) bool {
	return inc.Ground == "lookalike" || inc.Ground == "page" || strings.HasPrefix(inc.Technique, "sign-in-") || inc.Technique == "amazon-fields"
}

// said is whether something was sent, in words.
func said(w words, sent *bool) string {
	switch {
	case sent == nil:
		return w.O("sent.unknown")
	case *sent:
		return w.O("sent.yes")
	}
	return w.O("sent.no")
}

// Text is the report as plain text. Every text of the journal is without control
// characters already; line ends here are those of the report alone.
func (e evidence) Text() string {
	var b strings.Builder
	b.WriteString(e.Lead + "\n\n")
	for _, f := range e.Facts {
		b.WriteString("■ " + f.Name + "\n")
		for _, s := range f.Texts {
			b.WriteString("  " + oneLine(s) + "\n")
		}
	}
	b.WriteString("\n" + e.O("report.nothing") + "\n")
	return b.String()
}

// oneLine keeps a text to its line, whatever the journal has.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029' || c == '\u0085' {
			return ' '
		}
		return c
	}, s)
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
	return newEvidence(words{lang}, s.options.Version, inc, list), inc.ID, true
}

// collectFit is collect for a draft, of which there is none when nobody should have it.
func (s *Server) collectFit(w http.ResponseWriter, r *http.Request) (e evidence, id string, ok bool) {
	if e, id, ok = s.collect(w, r); ok && e.Unfit != "" {
		s.refuse(w, r, http.StatusConflict, words{s.language(r)}.O(e.Unfit))
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
