package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sekisho/journal"
)

// auditView is a page of the audit log.
type auditView struct {
	page
	Entries []auditRow
	Next    string // the page after this one, "" when there is none
}

// auditRow is an entry in words.
type auditRow struct {
	journal.AuditEntry
	Did      string // a sentence
	About    string // what it was done to, "" for nothing
	Incident string // the one that it was done to, "" for none
}

// serveAudit shows what people did in the console and by commands, the newest first.
func (s *Server) serveAudit(w http.ResponseWriter, r *http.Request, who person) {
	v := auditView{page: s.page(r, who, "audit.title")}
	j, err := s.reader.get()
	if err == nil && j != nil {
		var (
			list []journal.AuditEntry
			next string
		)
		list, next, err = j.AuditLog(r.Context(), r.URL.Query().Get("cursor"))
		for _, e := range list {
			v.Entries = append(v.Entries, v.told(e))
		}
		if next != "" {
			v.Next = link("/audit", "cursor", next)
		}
	}
	if err != nil {
		s.failPage(w, r, "read the audit log", err)
		return
	}
	s.show(w, http.StatusOK, "audit.html", v)
}

// told puts an entry into words. What a later version wrote is shown as it is.
func (w words) told(e journal.AuditEntry) auditRow {
	row := auditRow{AuditEntry: e, Did: w.O("did." + e.What), About: e.Detail}
	row.Who = w.Person(e.Who)
	if e.Who == "nobody" && e.What == "sign-in.refused" {
		row.Who = w.O("audit.nobody")
	}
	var a, b string
	switch about, _, _ := strings.Cut(e.What, "."); {
	case about == "decision" && scans(e.Detail, "incident %s", &a):
		decided, host, _ := strings.Cut(e.Detail, " about ")
		row.Incident, row.About = a, host
		if scans(decided, "incident %s for %s", &a, &b) {
			row.About = strings.TrimPrefix(host+" · "+w.O("term."+b), " · ")
		}
	case (about == "user" || about == "token") && scans(e.Detail, "%s %s", &a, &b):
		row.About = a + " · " + w.O("role."+b)
	case e.What == "client.name" && slices.Contains(journal.Kinds, e.Detail[strings.LastIndexByte(e.Detail, ' ')+1:]):
		i := strings.LastIndexByte(e.Detail, ' ')
		row.About = e.Detail[:max(i, 0)] + " · " + w.O("group."+e.Detail[i+1:])
	case e.What == "sign-in" && scans(e.Detail, "as %s from %s", &a, &b):
		row.About = w.O("role."+a) + " · " + b
	case strings.HasPrefix(e.Detail, "from ") && scans(e.Detail, "from %s", &a):
		row.About = w.from(a, strings.HasSuffix(e.Detail, ", several times in a row"))
	case e.What == "exception.change" && scans(e.Detail, "%s %s", &a, &b):
		if row.About = a + " · " + w.O("term."+b); b != "always" {
			if t, err := time.Parse(time.RFC3339Nano, b); err == nil {
				row.About = a + " · " + t.Local().Format(time.DateTime)
			}
		}
	}
	return row
}

// asToken leads the name of a token where people are recorded.
const asToken = "token "

// Person is who did something, as it is recorded, in words.
func (w words) Person(who string) string {
	if rest, ok := strings.CutPrefix(who, "command line"); ok {
		return w.O("did.by-command") + rest
	}
	if name, ok := strings.CutPrefix(who, asToken); ok {
		return w.O("did.by-token") + " " + name
	}
	return who
}

// from says where somebody was, and whether that was often.
func (w words) from(address string, often bool) string {
	key := "audit.from"
	if often {
		key = "audit.from-often"
	}
	s, err := w.T(key, strings.TrimSuffix(address, ","))
	if err != nil {
		return address
	}
	return s
}

// scans reads words out of a text of ours.
func scans(text, format string, into ...any) bool {
	n, _ := fmt.Sscanf(text, format, into...)
	return n == len(into)
}
