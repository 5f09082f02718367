package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"sekisho/hostname"
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
	Facts   []fact
	Drill   bool // it was an exercise
}

// fact is a line of a report, or several.
type fact struct {
	Name  string
	Texts []string
}

// newEvidence collects what can be told of an incident in the language of w.
func newEvidence(w words, version string, inc journal.Incident, list []journal.Event) evidence {
	e := evidence{words: w, Subject: w.O("report.subject") + " " + defang(inc.Host), Drill: inc.Ground == "drill"}
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
	if inc.Host != "" {
		add("address", "hxxps://"+defang(inc.Host)+"/", unicodeOf(inc.Host), w.O("report.path"))
	}
	add("first", zoned(inc.First))
	add("last", zoned(inc.Last))
	add("target", deaden([]string{inc.Target})...)
	reason, seen := interstitial.Explain(w.Lang, inc.Ground, inc.Technique, inc.Signs)
	add("reason", reason)
	add("seen", seen...)
	add("technique", deaden([]string{inc.Technique})...)
	add("signs", deaden([]string{strings.Join(inc.Signs, ", ")})...)
	if inc.Ground == "lookalike" && inc.Door != journal.DoorConsole && inc.Technique != journal.TechniqueAppeal {
		add("detail", defang(w.Sentence(inc.Technique, inc.Detail))) // made of the name alone; that of a list has paths of ours
	}
	if certificate := certificateOf(w, list); len(certificate) > 0 {
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

// defang keeps an address from being followed by a click or by a program.
func defang(s string) string { return strings.ReplaceAll(s, ".", "[.]") }

// address finds what programs make a link of within other words: a dot in front of
// more, and a scheme.
var address = regexp.MustCompile(`\.\b|(?i:http|ftp)s?:`)

// deaden defangs the addresses that are in sentences.
func deaden(texts []string) []string {
	for i, s := range texts {
		texts[i] = address.ReplaceAllStringFunc(s, func(found string) string {
			if found == "." {
				return "[.]"
			}
			return "[" + strings.TrimSuffix(found, ":") + "]:"
		})
	}
	return texts
}

// unicodeOf is a name as its letters show, "" when that is the same.
func unicodeOf(host string) string {
	n, err := hostname.Parse(host)
	if err != nil || n.Unicode() == host {
		return ""
	}
	return defang(n.Unicode())
}

// zoned is a time with the zone that it is in.
func zoned(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 -07:00 (MST)") }

// Text is the report as plain text. Every text of the journal is without control
// characters already; line ends here are those of the report alone.
func (e evidence) Text() string {
	var b strings.Builder
	b.WriteString(e.O("report.lead") + "\n\n")
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
	e, id, ok := s.collect(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Disposition", attachment(id, "txt"))
	serveText(w, http.StatusOK, oneLine(e.Subject)+"\n\n"+e.Text())
}

// serveReportMail answers with the report as a draft for a mail program.
func (s *Server) serveReportMail(w http.ResponseWriter, r *http.Request, _ person) {
	e, id, ok := s.collect(w, r)
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
