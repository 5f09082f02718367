package console

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"sekisho/journal"
	"sekisho/staff"
)

// maxDeviceName bounds the name of a device, in octets: what an event can have, and 42
// letters of Japanese.
const maxDeviceName = 128

// clientsView is the list of clients, with what people call them.
type clientsView struct {
	page
	Clients []clientRow
	Kinds   []choice
	Names   bool   // whether the person may name them
	More    bool   // whether others are not shown
	MaxName int    // in UTF-16 units
	Problem string // key of what went wrong, "" when nothing did
	Entered journal.ClientName
	Naming  string // the address of the client whose form is open
	Danger  bool   // whether only those are shown that some dangers concern
}

// Newest is how many clients are shown at most, beside those that have a name.
func (clientsView) Newest() int { return maxDevices }

// Link is that of figures: see [figureLink].
func (clientsView) Link(path string, params ...string) string { return figureLink(path, params...) }

// serveClients shows the clients that were seen and those that have a name, or those that
// the dangers of some time concern.
func (s *Server) serveClients(w http.ResponseWriter, r *http.Request, who person) {
	if r.URL.Query().Has("danger") {
		s.serveEndangered(w, r, who)
		return
	}
	s.showClients(w, r, who, http.StatusOK, clientsView{Naming: r.URL.Query().Get("client")})
}

func (s *Server) showClients(w http.ResponseWriter, r *http.Request, who person, status int, v clientsView) {
	j, err := s.reader.get()
	if err == nil {
		v.Clients, v.More, err = s.clients(r.Context(), j, time.Now().Add(-seenFor), maxDevices)
	}
	if err == nil && j != nil {
		err = v.addNamed(r.Context(), j, s)
	}
	if err != nil {
		s.failPage(w, r, "read the clients", err)
		return
	}
	s.showRows(w, r, who, status, v)
}

// showRows shows the clients that v has.
func (s *Server) showRows(w http.ResponseWriter, r *http.Request, who person, status int, v clientsView) {
	v.page = s.page(r, who, "clients.title")
	v.Switch = r.Method == http.MethodGet
	v.Kinds, v.Names, v.MaxName = v.choices("group", journal.Kinds), who.role >= staff.Owner, maxDeviceName/3
	s.show(w, status, "clients.html", v)
}

// addNamed adds the clients that have a name and are not there yet, with what is known
// of them whenever they were seen: so many as have a name, at most.
func (v *clientsView) addNamed(ctx context.Context, j *journal.Reader, s *Server) error {
	names, err := j.Names(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, c := range v.Clients {
		known[c.Client] = true
	}
	var further []string
	for _, n := range names {
		if !known[n.Client] {
			further = append(further, n.Client)
		}
	}
	list, _, err := j.Clients(ctx, time.Time{}, 0, further...)
	for _, c := range list {
		v.Clients = append(v.Clients, newClientRow(c, s.presenceOf(c.Client)))
	}
	return err
}

// nameClient takes the name of a client from a form.
func (s *Server) nameClient(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	n := journal.ClientName{
		Client: strings.TrimSpace(form.Get("client")), Name: strings.TrimSpace(form.Get("name")), Kind: form.Get("group"), By: who.name,
	}
	wrong := func() {
		s.showClients(w, r, who, http.StatusUnprocessableEntity, clientsView{Problem: "clients.wrong", Entered: n})
	}
	a, err := netip.ParseAddr(n.Client)
	if err != nil || a.Zone() != "" || len(n.Name) > maxDeviceName || !utf8.ValidString(n.Name) {
		wrong()
		return
	}
	n.Client = a.Unmap().String()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	switch err := s.options.Journal.NameClient(ctx, n); {
	case errors.Is(err, journal.ErrInvalid):
		wrong()
	case err != nil:
		s.fail(w, r, "store the name", err)
	default:
		s.audit(r.WithContext(ctx), who.name, "client.name", strings.Join(strings.Fields(n.Client+" "+n.Name+" "+n.Kind), " "))
		http.Redirect(w, r, "/clients", http.StatusSeeOther)
	}
}
