package proxy

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"

	"sekisho/interstitial"
	"sekisho/proxy/diagnosis"
)

// failure is why something was not done, as a visitor is told. detail is one
// line of ours without anything the visitor sent; err is the cause.
type failure struct {
	code   interstitial.Code
	status int // of the answer, unless it is the code's
	detail string
	err    error
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("%s: %s", f.code, f.detail)
	}
	return fmt.Sprintf("%s: %s: %v", f.code, f.detail, f.err)
}

func (f *failure) Unwrap() error { return f.err }

// refusal reports whether f is our own decision and not the origin's fault.
func (f *failure) refusal() bool {
	switch f.code {
	case interstitial.CodeAddress, interstitial.CodePort, interstitial.CodeSelf:
		return true
	}
	return false
}

// classify turns the error of a dial, a handshake or a round trip into a
// failure.
func classify(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	for _, known := range []func(error) (interstitial.Code, string){proxyReason, lookupReason, diagnosis.Of} {
		if code, detail := known(err); code != "" {
			return &failure{code: code, detail: detail, err: err}
		}
	}
	return &failure{code: interstitial.CodeUpstreamClosed, detail: "the connection to the site failed", err: err}
}

// errorHeader names the reason of an answer that stands in for a site's.
const errorHeader = "Sekisho-Error"

// fail answers r with the page for f.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, t target, f *failure) {
	page := s.failurePage(r, t, f)
	body, err := page.Render()
	if err != nil {
		s.log.Error("failure page not rendered", zap.String("code", string(f.code)), zap.Error(err))
		body = nil
	}
	page.SetHeaders(w.Header())
	w.Header().Set(errorHeader, string(f.code))
	w.WriteHeader(cmp.Or(f.status, f.code.Status()))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
	s.log.Debug("failed", siteField(t.name), zap.Uint16("port", t.port),
		zap.String("code", string(f.code)), zap.String("detail", f.detail))
}

func (s *Server) failurePage(r *http.Request, t target, f *failure) interstitial.Failure {
	s.counts.failure(f.code)
	s.refusedCertificate(r, t, f)
	return interstitial.Failure{
		Lang:   s.language(r),
		Code:   f.code,
		Host:   t.name.String(),
		Port:   t.port,
		Detail: f.detail,
		Time:   time.Now(),
	}
}

func (s *Server) language(r *http.Request) interstitial.Lang {
	return interstitial.Negotiate(s.settings.Load().Language, r.Header.Get("Accept-Language"))
}
