package proxy

import (
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/accounts"
	"sekisho/dossier"
	"sekisho/guard"
	"sekisho/interstitial"
	"sekisho/proxy/recent"
)

// drills are the names of the exercise, in the order of its page. Nothing is
// made up for them but what they show: they go through the same judges as
// everything else.
var drills = [...]string{interstitial.DrillLookalike, interstitial.DrillCopy, interstitial.DrillPassword}

// drill reports whether t is a name of the exercise, or below one. Such names are
// answered from here whatever the policy says, and never looked up.
func (t target) drill() bool { return t.exercise() >= 0 }

// exercise is of which of drills t is a name; -1: none.
func (t target) exercise() int {
	n := t.name.String()
	if !strings.HasSuffix(n, ".test") {
		return -1
	}
	return slices.IndexFunc(drills[:], func(d string) bool {
		above, ok := strings.CutSuffix(n, d)
		return ok && (above == "" || above[len(above)-1] == '.')
	})
}

// book is where what is seen of v's target is remembered. Exercises have one of their
// own, which ends with the process: what they show, and whoever opens them or is led
// there by a page, says nothing of other sites.
func (s *Server) book(v *visit) *dossier.Book {
	if v.target.drill() {
		return s.rehearsal
	}
	return s.dossier
}

// drillOrigin answers for the sites of the exercise, as an origin would.
func (s *Server) drillOrigin(r *http.Request, v *visit) *http.Response {
	resp := &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Request: r, Body: http.NoBody,
	}
	if r.Body != nil { // read by the judges, and wanted by nobody
		_ = r.Body.Close()
	}
	switch exercise := drills[v.target.exercise()]; {
	case exercise == interstitial.DrillCopy && r.URL.Path == "/":
		s.drillPage(resp, interstitial.DrillImitation{Lang: s.language(r)})
	case exercise == interstitial.DrillPassword && r.URL.Path == "/":
		s.drillPage(resp, interstitial.DrillForm{Lang: s.language(r)})
	default: // where an exercise leads that nobody stopped
		resp.StatusCode = http.StatusSeeOther
		resp.Header.Set("Location", "https://"+siteHost+"/drill")
	}
	resp.Header.Set("Cache-Control", "no-store")
	return resp
}

// drillPage makes p the answer.
func (s *Server) drillPage(resp *http.Response, p page) {
	body, err := p.Render()
	if err != nil {
		s.log.Error("page not rendered", zap.Error(err))
		resp.StatusCode = http.StatusInternalServerError
		return
	}
	p.SetHeaders(resp.Header)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// drillMatch recognises the sign-in of the exercise, which is no real account.
func drillMatch(f *guard.Finding) accounts.Match {
	has := func(list []guard.Secret, want string) bool {
		for _, s := range list {
			if string(s.Bytes()) == want {
				return true
			}
		}
		return false
	}
	m := accounts.Match{ID: has(f.IDs, interstitial.DrillID), Password: has(f.Passwords, interstitial.DrillSecret)}
	if m.ID || m.Password {
		m.Label = interstitial.DrillID
	}
	return m
}

// serveDrill explains the exercise and shows what of it this client did.
func (s *Server) serveDrill(w http.ResponseWriter, r *http.Request) {
	st := s.settings.Load()
	caught := s.drilled.of(visitOf(r.Context()).client)
	s.write(w, r, interstitial.Drill{
		Lang: s.pageLanguage(r), SellerCentral: st.SellerCentral, Observe: st.Observe,
		Lookalike: caught[0], Copy: caught[1], Password: caught[2],
	}, http.StatusOK)
}

// maxDrilled bounds the clients whose exercises are remembered.
const maxDrilled = 1024

// drilled remembers when each exercise of a client was caught.
type drilled struct {
	mu sync.Mutex
	at *recent.Map[netip.Addr, [len(drills)]time.Time]
}

func newDrilled() *drilled {
	return &drilled{at: recent.New[netip.Addr, [len(drills)]time.Time](maxDrilled)}
}

// note takes note that v, if it is part of an exercise, was held back.
func (d *drilled) note(v *visit) {
	i := v.target.exercise()
	if i < 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all, _ := d.at.Get(v.client)
	all[i] = time.Now()
	d.at.Put(v.client, all)
}

func (d *drilled) of(client netip.Addr) [len(drills)]time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	all, _ := d.at.Get(client)
	return all
}
