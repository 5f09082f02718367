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

func serveText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// serveCA answers with the root certificate, under the type that browsers and
// phones offer to install.
func (s *Server) serveCA(w http.ResponseWriter, _ *http.Request, _ person) {
	h := w.Header()
	h.Set("Content-Type", "application/x-x509-ca-cert")
	h.Set("Content-Disposition", `attachment; filename="sekisho-ca.crt"`)
	_, _ = w.Write(s.options.RootPEM())
}

// health is the JSON form of the health check.
type health struct {
	Status string            `json:"status"`
	Parts  map[string]string `json:"parts"`
	// whole is whether the parts beside protection work as well.
	whole bool
}

// healthNow asks each part, and returns a line for each as well.
func (s *Server) healthNow() (h health, lines string) {
	h = health{Status: "ok", Parts: map[string]string{}, whole: true}
	var b strings.Builder
	for _, p := range s.options.Health() {
		h.Parts[p.Name] = p.State
		fmt.Fprintf(&b, "%s: %s\n", p.Name, p.State)
		if p.State != "ok" && p.State != "off" {
			h.whole = false
			if !p.Beside {
				h.Status = "failing"
			}
		}
	}
	return h, h.Status + "\n" + b.String()
}

// serveHealth answers 200 when every part that protects and is on works, and 503
// otherwise, as a line of text for each part, or as JSON for who asks for it. What
// fails beside is named alone: a watchdog that restarts sekisho because a receiver
// of events is down would take the protection away, and mend nothing.
func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request, _ person) {
	h, lines := s.healthNow()
	code := http.StatusOK
	if h.Status != "ok" {
		code = http.StatusServiceUnavailable
	}
	if !strings.Contains(r.Header.Get("Accept"), "application/json") {
		serveText(w, code, lines)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(h)
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
