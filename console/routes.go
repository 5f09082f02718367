package console

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"

	"go.uber.org/zap"
)

// handler returns everything that the console answers, in the order in which a
// request meets it: headers, Host check, routes.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/proxy.pac", readOnly(s.servePAC))
	mux.HandleFunc("/ca.crt", readOnly(s.serveCA))
	mux.HandleFunc("/healthz", readOnly(s.serveHealth))
	mux.HandleFunc("/api/", serveNoAPI)
	mux.HandleFunc("/", serveNothing)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		if !s.hosts.allows(r) {
			s.log.Debug("foreign Host header refused", zap.String("client", r.RemoteAddr))
			serveText(w, http.StatusForbidden, "This is sekisho's console. Open it by its own address, such as http://127.0.0.1:8766/.\n")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// readOnly answers 405 to all but GET and HEAD.
func readOnly(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			serveText(w, http.StatusMethodNotAllowed, "This can only be read.\n")
			return
		}
		serve(w, r)
	}
}

// setHeaders sets what every answer carries: it runs nothing, is shown in no
// frame, is read by no other site and is kept by no cache.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

func serveText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// serveCA answers with the root certificate, under the type that browsers and
// phones offer to install.
func (s *Server) serveCA(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/x-x509-ca-cert")
	h.Set("Content-Disposition", `attachment; filename="sekisho-ca.crt"`)
	_, _ = w.Write(s.options.RootPEM())
}

// health is the JSON form of the health check.
type health struct {
	Status string            `json:"status"`
	Parts  map[string]string `json:"parts"`
}

// serveHealth answers 200 when every part that is on works and 503 otherwise, as
// a line of text for each part, or as JSON for who asks for it.
func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) {
	status, code := "ok", http.StatusOK
	parts := map[string]string{}
	var lines strings.Builder
	for _, p := range s.options.Health() {
		parts[p.Name] = p.State
		fmt.Fprintf(&lines, "%s: %s\n", p.Name, p.State)
		if p.State != "ok" && p.State != "off" {
			status, code = "failing", http.StatusServiceUnavailable
		}
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		serveText(w, code, status+"\n"+lines.String())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(health{Status: status, Parts: parts})
}

// problem is the body of an error of the API, RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// serveNoAPI refuses the API: it needs a token, and no token can be right.
func serveNoAPI(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("WWW-Authenticate", `Bearer realm="sekisho"`)
	w.WriteHeader(http.StatusUnauthorized)
	_ = json.NewEncoder(w).Encode(problem{
		Type: "about:blank", Title: "Unauthorized", Status: http.StatusUnauthorized,
		Detail: "The API needs a token, and this version cannot issue one. Use \"sekisho events --json\".",
	})
}

// serveNothing answers for every other path.
func serveNothing(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		serveText(w, http.StatusNotFound, "There is nothing here.\n")
		return
	}
	serveText(w, http.StatusNotFound, `sekisho is running. The review console is not part of this version.

/proxy.pac   automatic proxy configuration for browsers
/ca.crt      the certificate to trust
/healthz     health check

What was blocked:        sekisho events
What is left to set up:  sekisho doctor
`)
}

// debugLog takes what net/http complains about, which is mostly what strangers
// sent, to the debug level.
func debugLog(l *zap.Logger) *log.Logger {
	std, err := zap.NewStdLogAt(l, zap.DebugLevel)
	if err != nil {
		return log.New(io.Discard, "", 0)
	}
	return std
}
