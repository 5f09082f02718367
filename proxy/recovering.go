package proxy

import (
	"fmt"
	"log"
	"net"
	"net/http"

	"go.uber.org/zap"

	"sekisho/interstitial"
)

// recovering turns a panic in our own code into an answer and a log line, so
// that one request cannot take others along. net/http's own way to abort a
// response is passed on.
func (s *Server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tw := &trackedWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if tw.begun {
				partingOf(r).breaks(r, w.Header())
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			// The value may quote what the client sent; its type does not.
			s.log.Error("panic while serving", zap.String("type", typeName(p)), zap.Stack("stack"))
			if tw.begun {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			clear(w.Header())
			w.Header().Set("Connection", "close")
			s.fail(w, r, target{}, &failure{code: interstitial.CodeInternal, detail: "an error in sekisho itself"})
		}()
		next.ServeHTTP(tw, r)
	})
}

// contain keeps a panic of our own from ending more than its connection.
func (s *Server) contain(c net.Conn, done func()) {
	if p := recover(); p != nil {
		_ = c.Close()
		done()
		s.log.Error("panic in a tunnel", zap.String("type", typeName(p)), zap.Stack("stack"))
	}
}

// trackedWriter knows whether an answer has begun.
type trackedWriter struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader implements [http.ResponseWriter]. Informational answers are no
// beginning.
func (w *trackedWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= 200 || status == http.StatusSwitchingProtocols
	if h := w.Header(); h["Content-Type"] == nil && status >= 200 {
		h["Content-Type"] = nil // or net/http guesses one and makes HTML of it
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *trackedWriter) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// typeName names the type of a panic's value.
func typeName(v any) string { return fmt.Sprintf("%T", v) }

// quietLog takes what net/http has to say about single connections: handshake
// noise and malformed requests, which quote bytes of the network. Only that
// something was said is kept.
func quietLog(l *zap.Logger) *log.Logger {
	return log.New(writerFunc(func(p []byte) (int, error) {
		l.Debug("http server complained", zap.Int("bytes", len(p)))
		return len(p), nil
	}), "", 0)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
