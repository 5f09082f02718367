package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/staff"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed style.css
var styleSheet []byte

//go:embed live.js
var liveScript []byte

// styleVersion and scriptVersion change with the file, so that browsers can keep it.
var (
	styleVersion  = sync.OnceValue(func() string { return version(styleSheet) })
	scriptVersion = sync.OnceValue(func() string { return version(liveScript) })
)

func version(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:6])
}

// templates parses on first use, because most commands never show a page. Each page
// is a file, made of what layout.html defines.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(templateFiles, "templates/*.html")
})

// pagePolicy lets a page load our style sheet and images of ours, and send forms to
// us. There is no inline code or style.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// livePolicy also lets a page run our script, and that connect to us.
const livePolicy = pagePolicy + "; script-src 'self'; connect-src 'self'"

// page is what every view embeds.
type page struct {
	words
	Title   string // key of the title
	Topic   string // which of many the page shows, for the title of its tab; "" where there is one such page
	Who     string // who is signed in, "" for nobody
	Role    string
	Version string
	Switch  bool // whether the page offers the other language
	request *url.URL
}

// page begins the view of a page for whoever asks.
func (s *Server) page(r *http.Request, who person, title string) page {
	said := words{Lang: s.language(r)}
	if who.role > staff.None { // where files are is nothing for strangers
		said.flags = s.options.Flags
	}
	return page{
		words: said, Title: title, Version: s.options.Version, Switch: true,
		Who: who.name, Role: who.role.String(), request: r.URL,
	}
}

// Style is where the style sheet is.
func (page) Style() string { return "/style.css?v=" + styleVersion() }

// Script is where the script of the live tail is.
func (page) Script() string { return "/live.js?v=" + scriptVersion() }

// policy is what the page may do.
func (page) policy() string { return pagePolicy }

// menu are the pages that every page leads to, by their path and the key of their
// name.
var menu = [][2]string{
	{"/", "menu.home"},
	{"/incidents", "menu.incidents"},
	{"/events", "menu.events"},
	{"/exceptions", "menu.exceptions"},
	{"/clients", "menu.clients"},
	{"/accounts", "menu.accounts"},
	{"/people", "menu.people"},
	{"/audit", "menu.audit"},
	{"/set-up", "menu.guide"},
	{"/settings", "menu.settings"},
}

// Menu returns the pages that every page leads to.
func (page) Menu() [][2]string { return menu }

// Here is the path of the page.
func (p page) Here() string { return p.request.Path }

// On reports whether the page is the one at path or below it.
func (p page) On(path string) bool {
	return p.request.Path == path || path != "/" && strings.HasPrefix(p.request.Path, path+"/")
}

// In is where this page is in another language.
func (p page) In(lang string) string {
	q := p.request.Query()
	q.Set("lang", lang)
	return p.request.Path + "?" + q.Encode()
}

// show answers with the page called name, for example "sign-in.html".
func (s *Server) show(w http.ResponseWriter, status int, name string, view interface{ policy() string }) {
	var b bytes.Buffer
	b.Grow(16 << 10)
	t, err := templates()
	if err == nil {
		err = t.ExecuteTemplate(&b, name, view)
	}
	if err != nil {
		s.log.Error("page cannot be made", zap.String("page", name), zap.Error(err))
		serveText(w, http.StatusInternalServerError, "The page cannot be shown.\n")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", view.policy())
	// With no-referrer a form is sent with "Origin: null", by which a browser without
	// Sec-Fetch-Site is taken for another site.
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// serveStyle answers with the style sheet.
func (s *Server) serveStyle(w http.ResponseWriter, r *http.Request, _ person) {
	serveKept(w, r, "text/css; charset=utf-8", styleVersion(), styleSheet)
}

// serveScript answers with the script of the live tail.
func (s *Server) serveScript(w http.ResponseWriter, r *http.Request, _ person) {
	serveKept(w, r, "text/javascript; charset=utf-8", scriptVersion(), liveScript)
}

// serveKept answers with a file that a browser may keep when it asked for this
// version of it.
func serveKept(w http.ResponseWriter, r *http.Request, contentType, version string, file []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	if r.URL.Query().Get("v") == version {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	_, _ = w.Write(file)
}

// languageCookie keeps the choice of a language. It says nothing else.
const languageCookie = "sekisho-lang"

// language returns the language for r: what its address says, what was chosen
// before, what the configuration says, what the browser prefers, in this order.
func (s *Server) language(r *http.Request) interstitial.Lang {
	if l, ok := interstitial.ParseLang(r.URL.Query().Get("lang")); ok {
		return l
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		if l, ok := interstitial.ParseLang(c.Value); ok {
			return l
		}
	}
	return interstitial.Negotiate(s.options.Language(), r.Header.Get("Accept-Language"))
}

// keepLanguage remembers a language that the address chose, for later pages.
func (s *Server) keepLanguage(w http.ResponseWriter, r *http.Request) {
	if l, ok := interstitial.ParseLang(r.URL.Query().Get("lang")); ok && r.Method == http.MethodGet && !isAPI(r.URL.Path) {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
			HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
		})
	}
}
