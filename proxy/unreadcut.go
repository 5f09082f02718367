package proxy

import (
	"sekisho/dossier"
	"sekisho/hostname"
)

// cutUnread ends what is passed on unread to name's site, which was found to be an
// imitation, or to try passwords: from now on nothing would be, and what was opened
// before goes on for as long as its client likes. Names that are never decrypted stay.
func (s *Server) cutUnread(name hostname.Name) {
	site := dossier.SiteOf(name)
	for _, e := range s.tunnels.all() {
		t, ok := e.(*tunnel)
		if ok && dossier.SiteOf(t.visit.target.name) == site && !s.settings.Load().Policy.Decide(t.visit.target.name).Opaque() && !s.mayPassUnread(t.visit) {
			t.close()
		}
	}
}
