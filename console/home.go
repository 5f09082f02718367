package console

import "net/http"

// homeView is the first page after signing in.
type homeView struct {
	page
	Parts []Part
}

func (s *Server) serveHome(w http.ResponseWriter, r *http.Request, who person) {
	s.show(w, http.StatusOK, "home.html", homeView{page: s.page(r, who, "home.title"), Parts: s.options.Health()})
}
