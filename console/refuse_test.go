package console

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"
)

// TestRefusedForms: who asks for a page gets one, in the language of the person;
// programs get what they read.
func TestRefusedForms(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	for _, tt := range []struct {
		method, path, accept string
		status               int
		contentType          string
	}{
		{"GET", "/nothing", "text/html,*/*", 404, "text/html; charset=utf-8"},
		{"PUT", "/", "text/html,*/*", 405, "text/html; charset=utf-8"},
		{"GET", "/nothing", "*/*", 404, "text/plain; charset=utf-8"},
		{"GET", "/api/nothing", "text/html,*/*", 404, "application/problem+json"},
		{"GET", "/events?text=100%", "text/html,*/*", 400, "text/html; charset=utf-8"},
		{"GET", "/events.csv?host=bad.example;", "*/*", 400, "text/plain; charset=utf-8"},
		{"GET", "/api/v1/events?host=%zz", "*/*", 400, "application/problem+json"},
		{"GET", "/api/v1/incidents?state=open;door=dns", "*/*", 400, "application/problem+json"},
		{"GET", "/proxy.pac?100%", "*/*", 200, "application/x-ns-proxy-autoconfig"},
	} {
		got := send(t, s, tt.method, tt.path, cookie, "", "Accept", tt.accept)
		if got.status != tt.status || got.header.Get("Content-Type") != tt.contentType {
			t.Errorf("%s %s for %s: %d %s", tt.method, tt.path, tt.accept, got.status, got.header.Get("Content-Type"))
		}
	}
}

// TestRefusedTexts: every status that a page can be refused with has its words.
func TestRefusedTexts(t *testing.T) {
	t.Parallel()
	status := regexp.MustCompile(`^refused\.(\d+)$`)
	have := map[int]bool{}
	for key := range phrases() {
		if m := status.FindStringSubmatch(key); m != nil {
			n, _ := strconv.Atoi(m[1]) // the expression has digits alone
			have[n] = true
		}
	}
	for _, want := range []int{
		http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestEntityTooLarge, http.StatusInternalServerError,
	} {
		if !have[want] {
			t.Errorf("there are no words for %d", want)
		}
	}
}
