package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"

	"sekisho/config"
	"sekisho/hostname"
	"sekisho/staff"
)

const (
	// pacKey is the setting that has the choices about the proxy configuration.
	pacKey = "pac"
	// maxExcept bounds the names that go around the proxy: browsers run through them
	// for every address of a page.
	maxExcept = 200
)

// pacChoice is what an owner chose about the proxy configuration. The zero value
// lets nothing around the proxy.
type pacChoice struct {
	Open   bool     `json:"open,omitempty"`   // browsers may go on without a proxy that fails
	Except []string `json:"except,omitempty"` // names that, with all below them, go around it
}

// pacChoice returns what was chosen last. What cannot be read counts as nothing,
// which is the stricter way.
func (s *Server) pacChoice(ctx context.Context) (c pacChoice) {
	text, err := s.options.Journal.Setting(ctx, pacKey)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &c)
	}
	if err != nil {
		s.log.Warn("what was chosen for proxy.pac cannot be read", zap.Error(err))
		return pacChoice{}
	}
	return c
}

// newPACChoice reads the form: names one a line.
func newPACChoice(onFailure, except string) (c pacChoice, err error) {
	if onFailure != "open" && onFailure != "closed" {
		return c, errors.New("no choice")
	}
	c.Open = onFailure == "open"
	for name := range strings.FieldsSeq(except) {
		n, err := hostname.ParseInput(name)
		if err != nil || n.Registrable() == "" { // an address, or all of .com
			return c, fmt.Errorf("no name: %.64q", name)
		}
		if !slices.Contains(c.Except, n.String()) {
			c.Except = append(c.Except, n.String())
		}
	}
	if len(c.Except) > maxExcept {
		return c, errors.New("too many names")
	}
	return c, nil
}

// settingsView is what is set, here and by the configuration.
type settingsView struct {
	page
	PAC     pacChoice
	Except  string // its names as the field has them
	Changes bool   // whether the person may change them
	Most    int
	Config  []config.Shown
	Problem string // key of what went wrong, "" when nothing did
}

func (s *Server) serveSettings(w http.ResponseWriter, r *http.Request, who person) {
	c := s.pacChoice(r.Context())
	s.showSettings(w, r, who, http.StatusOK, settingsView{PAC: c, Except: strings.Join(c.Except, "\n")})
}

func (s *Server) showSettings(w http.ResponseWriter, r *http.Request, who person, status int, v settingsView) {
	v.page = s.page(r, who, "settings.title")
	v.Switch = r.Method == http.MethodGet
	v.Changes, v.Most, v.Config = who.role >= staff.Owner, maxExcept, s.options.Settings()
	s.show(w, status, "settings.html", v)
}

// changePAC takes the choices about the proxy configuration from a form.
func (s *Server) changePAC(w http.ResponseWriter, r *http.Request, who person) {
	form, ok := s.form(w, r)
	if !ok {
		return
	}
	c, err := newPACChoice(form.Get("failure"), form.Get("except"))
	if err != nil {
		v := settingsView{PAC: c, Except: form.Get("except"), Problem: "settings.wrong"}
		s.showSettings(w, r, who, http.StatusUnprocessableEntity, v)
		return
	}
	text, _ := json.Marshal(c) // words and strings always have a form
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), decideTimeout)
	defer cancel()
	if err := s.options.Journal.PutSetting(ctx, pacKey, string(text)); err != nil {
		s.fail(w, r, "store the choices", err)
		return
	}
	what := "pac.closed"
	if c.Open {
		what = "pac.open"
	}
	s.audit(r.WithContext(ctx), who.name, what, strings.Join(c.Except, " "))
	http.Redirect(w, r, "/settings", http.StatusSeeOther)
}
