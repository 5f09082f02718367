package console

import (
	"net/http"
	"time"

	"sekisho/accounts"
	"sekisho/staff"
)

// accountsView is the list of protected accounts.
type accountsView struct {
	page
	Accounts []accounts.Account
	IDs      bool // whether the person may see the IDs
}

// serveAccounts shows the protected accounts. A viewer learns their labels alone:
// half of what it takes to sign in is more than looking on needs.
func (s *Server) serveAccounts(w http.ResponseWriter, r *http.Request, who person) {
	v := accountsView{page: s.page(r, who, "accounts.title"), Accounts: s.options.Accounts(), IDs: who.role >= staff.Reviewer}
	for i, a := range v.Accounts {
		v.Accounts[i].Label = labelFor(who, a.Label)
		for k, former := range a.Former {
			v.Accounts[i].Former[k] = labelFor(who, former)
		}
	}
	s.show(w, http.StatusOK, "accounts.html", v)
}

// peopleView is the list of who may use the console and the API.
type peopleView struct {
	page
	Users  []staff.User
	Tokens []staff.Token
	Now    time.Time
}

// Ended reports whether a token no longer works.
func (v peopleView) Ended(t staff.Token) bool { return !t.Ends.IsZero() && !t.Ends.After(v.Now) }

func (s *Server) servePeople(w http.ResponseWriter, r *http.Request, who person) {
	s.show(w, http.StatusOK, "people.html", peopleView{
		page: s.page(r, who, "people.title"), Users: s.options.Staff.Users(), Tokens: s.options.Staff.Tokens(), Now: time.Now(),
	})
}
