package interstitial

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
)

// origin is sekisho's own origin, on which every decision is taken.
const origin = "https://sekisho.internal/"

//go:embed templates/*.html
var templateFiles embed.FS

// styleSheet is inlined into every page. It must not contain what ends a style
// element; a test holds the rendered element equal to it.
//
//go:embed style.css
var styleSheet string

// templates parses on first use, because most commands never show a page.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(templateFiles, "templates/*.html")
})

// render executes the page template called name, for example "warning.html".
func render(name string, view any) ([]byte, error) {
	t, err := templates()
	if err != nil {
		return nil, fmt.Errorf("parse page templates: %w", err)
	}
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := t.ExecuteTemplate(&b, name, view); err != nil {
		return nil, fmt.Errorf("render %q: %w", name, err)
	}
	return b.Bytes(), nil
}

// page is what every view embeds: the language, and how the page presents
// itself.
type page struct {
	words
	Tone   string // class of the body: red, amber or calm
	Switch bool   // whether the page offers the other language by ?lang=
}

// Style returns the sheet as trusted CSS, so that its bytes match the hash.
func (page) Style() template.CSS { return template.CSS(styleSheet) }

// styleSource is the CSP source expression that admits [styleSheet] alone.
var styleSource = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(styleSheet))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
})

// policy returns a Content-Security-Policy that allows the style sheet and
// what extra adds, and nothing else.
func policy(extra ...string) string {
	all := append([]string{"default-src 'none'", "style-src " + styleSource(), "base-uri 'none'"}, extra...)
	return strings.Join(all, "; ")
}

// SetHeaders sets in h what every page needs: type, a policy without script,
// form and frame, no-store, nosniff and no-referrer. The pages' own SetHeaders
// call it and then add what they need beyond it.
func SetHeaders(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy("form-action 'none'", "frame-ancestors 'none'"))
	h.Set("X-Frame-Options", "DENY")
	setCommonHeaders(h)
}

// setCommonHeaders sets what pages and problems share.
func setCommonHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// setOwnOrigin adds what only pages on sekisho's own origin may ask for: on a
// site's origin it would cut the site's own windows off from one another.
func setOwnOrigin(h http.Header) {
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// setIncident names the incident, if it is well formed.
func setIncident(h http.Header, incident string) {
	if id := identifier(incident); id != "" {
		h.Set("Sekisho-Incident", id)
	}
}
