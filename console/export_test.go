package console

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// broken takes headers and no body.
type broken struct{ *httptest.ResponseRecorder }

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk of the other side is full") }

// TestExportIsWhole: an export that cannot be finished is cut off, so that nobody
// takes a part for the whole.
func TestExportIsWhole(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	for _, serve := range []func(http.ResponseWriter, *http.Request, person){s.serveCSV, s.serveJSONLines} {
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler {
					t.Errorf("ended with %v; want the connection to be cut", got)
				}
			}()
			serve(broken{httptest.NewRecorder()}, httptest.NewRequestWithContext(t.Context(), "GET", "/events.csv", nil), person{})
		}()
	}
}

// TestListsRefuse: a list under a condition or a cursor that cannot be read shows
// nothing, as a wider list than was meant would.
func TestListsRefuse(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	cookie := signedIn(t, s, "viewer")
	for _, path := range []string{
		"/events?cursor=x", "/incidents?cursor=x", "/audit?cursor=x", "/events?acton=block", "/events?since=soon", "/incidents?state=closed",
		"/events?host=a&host=b", "/events.csv?acton=block", "/events.jsonl?since=soon", "/events?limit=100000",
	} {
		got := send(t, s, "GET", path, cookie, "", "Accept", "text/html")
		if got.status != 400 || strings.Contains(got.body, "amazon-signin.example") || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	// The language is the page's, and an empty field says nothing.
	if got := send(t, s, "GET", "/events?lang=en&action=&host=amazon-signin.example&since=", cookie, ""); got.status != 200 || !strings.Contains(got.body, "amazon-signin.example") {
		t.Errorf("empty fields: %d", got.status)
	}
}

// TestNothingRecorded: exports are there before the first event.
func TestNothingRecorded(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	cookie := signedIn(t, s, "viewer")
	if got := send(t, s, "GET", "/events.csv", cookie, ""); got.status != 200 || !strings.HasPrefix(got.body, "id,time,") || strings.Count(got.body, "\n") != 1 {
		t.Errorf("CSV: %d %q", got.status, got.body)
	}
	if got := send(t, s, "GET", "/events.jsonl", cookie, ""); got.status != 200 || got.body != "" {
		t.Errorf("JSON: %d %q", got.status, got.body)
	}
}

// TestExportsAreBounded: so many at once; whoever finds none free is told when to
// come again, and may then.
func TestExportsAreBounded(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	cookie := signedIn(t, s, "viewer")
	for range maxExports {
		s.exports <- struct{}{}
	}
	for _, path := range []string{"/events.csv", "/events.jsonl"} {
		if got := send(t, s, "GET", path, cookie, ""); got.status != 503 || got.header.Get("Retry-After") != "10" || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
	}
	<-s.exports
	for range 3 {
		if got := send(t, s, "GET", "/events.csv", cookie, ""); got.status != 200 {
			t.Errorf("with one free: %d", got.status)
		}
	}
	if len(s.exports) != maxExports-1 {
		t.Errorf("%d are under way; want those of the test", len(s.exports))
	}
}

// TestCSVForExcel: the page offers the same file once more, led by the mark by which
// Excel knows UTF-8; without being asked for it, no file has it.
func TestCSVForExcel(t *testing.T) {
	t.Parallel()
	s, _ := startFull(t)
	viewer := signedIn(t, s, "viewer")
	var plain, excel string
	for _, a := range find(t, send(t, s, "GET", "/events?severity=red", viewer, "").body, "a") {
		switch href := attr(a, "href"); {
		case strings.HasPrefix(href, "/events.csv") && strings.HasSuffix(href, "&excel=true"):
			excel = send(t, s, "GET", href, viewer, "").body
		case strings.HasPrefix(href, "/events.csv"):
			plain = send(t, s, "GET", href, viewer, "").body
		}
	}
	if !strings.HasPrefix(plain, "id,") || excel != "\ufeff"+plain {
		t.Errorf("plain %.20q, for Excel %.20q", plain, excel)
	}
	for _, path := range []string{"/events.csv?excel=yes", "/events.jsonl?excel=true", "/events?excel=true"} {
		if got := send(t, s, "GET", path, viewer, ""); got.status != 400 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
