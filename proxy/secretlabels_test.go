package proxy_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sekisho/internal/labnet"
	"sekisho/journal"
)

const (
	labelPassword = "tanuki-himitsu-77"   // that a name of a host can hold
	labelID       = "tencho.shop.example" // ownID, as labels spell it
	labelSite     = "kx-quoll.org"
)

// secretLabels are the labels that a page may have made of what was typed.
func secretLabels() []string {
	hidden := hex.EncodeToString([]byte(labelPassword))
	return []string{
		labelPassword, "a." + labelPassword + ".b", hidden, labelID, hex.EncodeToString([]byte(ownID)),
		labelID + "." + labelPassword, ownCode, "c" + ownCode, "img." + ownCode, ownCode + "." + labelPassword,
	}
}

// labelNames is below what each site has its secrets, and site itself.
func labelNames(site string) []string {
	names := []string{site}
	for _, label := range secretLabels() {
		names = append(names, label+"."+site)
	}
	return names
}

// TestSecretsInLabels has pages send a protected sign-in and a one-time code in labels of
// the hosts that they ask for, and looks for them in all that is left behind.
func TestSecretsInLabels(t *testing.T) {
	t.Parallel()
	for _, observe := range []bool{false, true} {
		for name, site := range map[string]string{"a new site": labelSite, "a copy": "copy-quoll.org", "a lookalike": lookalike, "a tenant's": "kx.github.io"} {
			t.Run(fmt.Sprintf("%s, observed %v", name, observe), func(t *testing.T) {
				t.Parallel()
				l := start(t)
				if err := l.accounts.Add(ownID, ownLabel, []byte(labelPassword)); err != nil {
					t.Fatal(err)
				}
				s := l.options.Settings
				s.Observe = observe
				l.proxy.Reload(s)
				answers := l.sendLabels(t, site)
				l.noLabels(t, answers)
			})
		}
	}
}

// sendLabels asks for every host in every way, and returns the answers that sekisho made.
func (l *lab) sendLabels(t *testing.T, site string) (answers []string) {
	t.Helper()
	pages := serves{contentType: "text/html", pieces: [][]byte{copied(t)}}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/copy" {
			pages.ServeHTTP(w, r)
			return
		}
		labnet.Handler().ServeHTTP(w, r)
	})
	keep := func(a answer) {
		if a.Header.Get("Sekisho-Incident") != "" {
			answers = append(answers, fmt.Sprint(a.StatusCode, a.Header)+a.body)
		}
	}
	secure, clear := l.Origin(labelNames(site), h), l.Origin(labelNames(site), h, labnet.Plain())
	for _, c := range []*http.Client{l.client(), l.client1()} {
		get(t, c, https(site, secure, "/"), navigation)
		if strings.HasPrefix(site, "copy") {
			get(t, c, https(site, secure, "/copy"), navigation)
		}
		from := []string{"Origin", "https://" + site, "Referer", "https://" + site + "/", "Sec-Fetch-Site", "same-site", "Content-Type", formType}
		get(t, c, https("elsewhere.example", l.Origin([]string{"elsewhere.example"}, h), "/copy"), navigation)
		do(t, c, http.MethodPost, https(site, secure, "/echo"), withHeader(fetch, from...), strings.NewReader("e="+url.QueryEscape(ownID)))
		do(t, c, http.MethodGet, "https://"+labelPassword+".nowhere-quoll.org/", image, nil)
		body := url.Values{"email": {ownID}, "password": {labelPassword}}.Encode()
		for i, host := range labelNames(site)[1:] {
			keep(do(t, c, http.MethodGet, plain(host, clear, "/echo"), withHeader(image, from...), nil))
			keep(do(t, c, http.MethodGet, https(host, secure, "/echo"), withHeader(image, from...), nil))
			keep(do(t, c, http.MethodPost, https(host, secure, "/echo"), withHeader(fetch, from...), strings.NewReader(body)))
			a := do(t, c, http.MethodGet, https(host, secure, "/echo"), withHeader(kinds[i%len(kinds)].header, from...), nil)
			keep(a)
			if loc := a.Header.Get("Location"); strings.HasPrefix(loc, internalOrigin) {
				keep(get(t, c, loc, navigation))
			}
		}
	}
	return answers
}

// noLabels stops l and looks into everything that it wrote.
func (l *lab) noLabels(t *testing.T, answers []string) {
	t.Helper()
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	if err := l.dossier.Close(); err != nil {
		t.Fatal(err)
	}
	secrets := []string{labelPassword, labelID, ownID, ownCode}
	for _, e := range l.events(journal.Filter{}) {
		noSecret(t, "an event", fmt.Sprintf("%+v", e), secrets...)
	}
	for _, entry := range l.logs.All() {
		noSecret(t, "the log", fmt.Sprint(entry.Message, entry.ContextMap()), secrets...)
	}
	for _, a := range answers {
		noSecret(t, "an answer", a, secrets...)
	}
	if len(answers) == 0 && !l.options.Settings.Observe && len(l.events(journal.Filter{})) == 0 {
		t.Error("nothing was held, or passed as held")
	}
	l.noSecretFiles(t, labelPassword, labelID, ownID, ownCode)
}

// TestGoOnFromLabels: a host is called by its site only where its labels are what was
// typed, and the decision about it is then about the site's name.
func TestGoOnFromLabels(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{"login-portal": "login-portal." + labelSite, labelPassword: labelSite} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			l := start(t)
			if err := l.accounts.Add(ownID, ownLabel, []byte(labelPassword)); err != nil {
				t.Fatal(err)
			}
			host := label + "." + labelSite
			o := l.Origin([]string{host, labelSite}, labnet.Handler())
			c := l.client()
			body := url.Values{"email": {ownID}, "password": {labelPassword}}.Encode()
			send := func() answer {
				return do(t, c, http.MethodPost, https(host, o, "/echo"), withHeader(navigation, "Content-Type", formType), strings.NewReader(body))
			}
			held := page(t, c, send())
			if e := l.events(journal.Filter{Host: want}); len(e) != 1 || e[0].Action != journal.ActionHold {
				t.Errorf("events of %s = %+v; want the hold", want, e)
			}
			if a := goOn(t, c, held, want); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "https://"+want+":") {
				t.Fatalf("going on = %d to %q; want 303 to %s", a.StatusCode, a.Header.Get("Location"), want)
			}
			if a := send(); a.StatusCode != http.StatusOK {
				t.Errorf("the sign-in after it = %d; want it to pass", a.StatusCode)
			}
		})
	}
}

// TestSecretsSentToLabels: a password of no account here is not written down where it is
// a label of the host that it is sent to.
func TestSecretsSentToLabels(t *testing.T) {
	t.Parallel()
	for _, observe := range []bool{false, true} {
		t.Run(fmt.Sprintf("observed %v", observe), func(t *testing.T) {
			t.Parallel()
			l := start(t)
			s := l.options.Settings
			s.Observe = observe
			l.proxy.Reload(s)
			hidden := hex.EncodeToString([]byte(labelPassword))
			hosts := []string{hidden + "." + labelSite, labelPassword + ".kx.github.io", labelSite}
			o := l.Origin(hosts, labnet.Handler())
			body := url.Values{"email": {"somebody@else.example"}, "password": {labelPassword}}.Encode()
			var answers []string
			get(t, l.client(), https(labelSite, o, "/"), navigation)
			for _, host := range hosts[:2] {
				for _, kind := range kinds {
					a := do(t, l.client(), http.MethodPost, https(host, o, "/echo"), withHeader(kind.header, "Content-Type", formType), strings.NewReader(body))
					if observe {
						continue // the origin's own
					}
					answers = append(answers, fmt.Sprint(a.StatusCode, a.Header)+a.body)
					if a.StatusCode == http.StatusSeeOther {
						answers = append(answers, page(t, l.client(), a).body)
					}
				}
			}
			l.noLabels(t, answers)
			for _, a := range answers {
				noSecret(t, "an answer", a, hidden)
			}
			if e := l.events(journal.Filter{Host: labelSite}); len(e) == 0 {
				t.Error("nothing is recorded of the site")
			}
			l.noSecretFiles(t, labelPassword, hidden)
		})
	}
}
