package proxy_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sekisho/internal/labnet"
)

const ownCode = "274918" // a one-time code

// written are the ways in which secret may have been written down.
func written(secret string) []string {
	b := []byte(secret)
	list := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString(b), fmt.Sprintf("%q", secret)}
	if len(b) < 8 {
		return list // the middle of its base64 is three characters, which stand anywhere
	}
	for i := range 3 {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			s := enc.EncodeToString(append(make([]byte, i), b...))
			list = append(list, s[4:len(s)-4])
		}
	}
	return list
}

// TestSecretsStay sends a protected sign-in and a one-time code in every way, to
// sites of every kind, and looks for them in all that is left behind.
func TestSecretsStay(t *testing.T) {
	t.Parallel()
	l := start(t)
	l.protect()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/copy":
			serves{contentType: "text/html", pieces: [][]byte{copied(t)}}.ServeHTTP(w, r)
		case "/ws":
			labnet.ServeWS(w, r)
		default:
			new(sink).ServeHTTP(w, r)
		}
	})
	var answers []string
	keep := func(a answer) answer {
		answers = append(answers, fmt.Sprint(a.StatusCode, a.Header)+a.body)
		return a
	}
	all := func(d door) {
		for _, c := range carriers(t) {
			for _, kind := range []map[string]string{navigation, fetch, frame} {
				a := keep(c.send(t, d, kind, false))
				if loc := a.Header.Get("Location"); strings.HasPrefix(loc, internalOrigin) {
					keep(get(t, d.client, loc, navigation))
				}
			}
		}
		code := url.Values{"otpCode": {ownCode}, "code": {ownCode}}.Encode()
		header := withHeader(navigation, "Content-Type", "application/x-www-form-urlencoded")
		keep(do(t, d.client, http.MethodPost, d.base+"/otp", header, strings.NewReader(code)))
		keep(do(t, d.client, http.MethodPost, d.base+"/", header, strings.NewReader("p="+strings.Repeat("x", 1<<20)+"&"+url.Values{"email": {ownID}, "password": {ownPassword}}.Encode())))
	}
	doors := l.doors(h)
	for _, d := range doors {
		all(d)
		keep(get(t, d.client, d.base+"/copy", navigation))
		all(d)
	}
	ws := dialWS(t, l.client1(), https("socket.example", l.Origin([]string{"socket.example"}, h), "/ws"), websocket.CompressionDisabled)
	l.sendHeld(t, ws, websocket.MessageText, wsMessages[0].text, false)
	s := l.options.Settings
	s.Observe = true
	l.proxy.Reload(s)
	all(doors[0])

	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	if err := l.dossier.Close(); err != nil {
		t.Fatal(err)
	}
	for _, entry := range l.logs.All() {
		noSecret(t, "the log", fmt.Sprint(entry.Message, entry.ContextMap()), ownID, ownPassword, ownCode)
	}
	for _, a := range answers {
		noSecret(t, "an answer", a, ownID, ownPassword, ownCode)
	}
	l.noSecretFiles(t, ownPassword, ownID)
}

// noSecretFiles looks into every file below the data folder. The list of the
// protected accounts names their IDs, on purpose.
func (l *lab) noSecretFiles(t *testing.T, password string, others ...string) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen[filepath.Base(path)] = true
		secrets := []string{password}
		if filepath.Base(filepath.Dir(path)) != "accounts" {
			secrets = append(secrets, others...)
		}
		noSecret(t, path, string(b), secrets...)
		return nil
	})
	if err != nil || !seen["dossier.json"] || !seen["journal.db"] {
		t.Errorf("searched %v, %v; want the journal and the dossiers among them", seen, err)
	}
}

func noSecret(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, trace := range written(secret) {
			if i := strings.Index(text, trace); i >= 0 {
				t.Errorf("%s holds %q: …%q…", where, trace, text[max(0, i-60):min(len(text), i+len(trace)+20)])
				return
			}
		}
	}
}
