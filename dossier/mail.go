package dossier

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"

	"sekisho/hostname"
)

//go:embed mail.tsv
var mailText string

// mailKind tells the hosts of mail.tsv apart.
type mailKind uint8

const (
	noMail   mailKind = iota
	webmail           // a person reads mails there
	redirect          // links in mails lead through it
)

// mailHosts is mail.tsv by name. It is not changed after start.
var mailHosts = readMail(mailText)

// readMail panics on a line it does not understand: the text is part of the
// program, and a test reads it.
func readMail(text string) map[string]mailKind {
	kinds := map[string]mailKind{"webmail": webmail, "redirect": redirect}
	m := map[string]mailKind{}
	for f := range tsv(text) {
		if len(f) != 3 || kinds[f[1]] == noMail {
			panic(fmt.Sprintf("dossier: mail.tsv: %q", f))
		}
		m[f[0]] = kinds[f[1]]
	}
	return m
}

// mailLabels are what offices and providers call the host of their own webmail, without the
// number that a second one has. No list has those.
var mailLabels = map[string]bool{"webmail": true, "mail": true, "wmail": true, "email": true, "roundcube": true, "zimbra": true, "sogo": true, "owa": true, "activemail": true}

// mailKindOf looks up host and the names above it, and then what it is called itself.
func mailKindOf(host string) mailKind {
	for at, more := host, true; more; _, at, more = strings.Cut(at, ".") {
		if k, ok := mailHosts[at]; ok {
			return k
		}
	}
	if label, above, _ := strings.Cut(host, "."); strings.Contains(above, ".") && mailLabels[strings.TrimRight(label, "0123456789")] {
		return webmail
	}
	return noMail
}

// refererHost returns the host of a Referer header, or "". Path and query are
// not looked at.
func refererHost(referer string) string {
	_, rest, ok := strings.Cut(referer, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		rest = rest[:i]
	}
	n, _, err := hostname.ParseAuthority(rest)
	if err != nil {
		return ""
	}
	return n.String()
}

// leads is the host that a redirect leads to; the zero Name where there is none.
func (a Arrival) leads() hostname.Name {
	u, err := url.Parse(a.Location)
	if a.Location == "" || err != nil {
		return hostname.Name{}
	}
	if u.Host == "" {
		return a.Host
	}
	n, _, _ := hostname.ParseAuthority(u.Host)
	return n
}

// fromMail reports whether a is a navigation to another site by a link of a
// mail: the Referer says so, or the client was at a mail's redirector just
// before, which led to that host. A browser follows a redirect without another Referer,
// and a mail program sends none at all. Where the page of a redirector leads on, it does not
// say whereto; a browser then says that some page did, and that of what is opened by hand
// none did.
func (a Arrival) fromMail(afterRedirect bool, led hostname.Name) bool {
	if strings.EqualFold(a.SecFetchSite, "same-origin") || strings.EqualFold(a.SecFetchSite, "same-site") {
		return false
	}
	if afterRedirect && (led == a.Host || led.IsZero() && !strings.EqualFold(a.SecFetchSite, "none")) {
		return true
	}
	from := refererHost(a.Referer)
	return from != "" && from != a.Host.String() && mailKindOf(from) != noMail
}
