package daemon

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"go.uber.org/zap"

	"sekisho/certs"
	"sekisho/config"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/resolver/upstream"
	"sekisho/rules"
)

// maxNotes bounds what is said about list files; a broken file of a million lines
// needs no million notes.
const maxNotes = 50

// Loaded is what a configuration means, once everything it names has been read.
type Loaded struct {
	// Policy decides by name.
	Policy *rules.Policy
	// Roots are trusted for origins and resolvers; nil means the system's.
	Roots *x509.CertPool
	// PrivateRoots are those of Roots that the configuration added.
	PrivateRoots []*x509.Certificate
	// Denied are keys that no site is trusted for.
	Denied *certs.DenyList
	// Notes are things that were left out, one phrase each, led by their YAML path;
	// at most fifty and one more that counts the rest.
	Notes []string
}

// log writes the notes for whoever runs sekisho.
func (l *Loaded) log(log *zap.Logger) {
	for _, note := range l.Notes {
		log.Warn("configuration: left out", zap.String("note", note))
	}
}

// Load reads the files that c names and checks what its values mean, without
// binding or connecting to anything. It reports every problem at once, as
// [config.FieldError] values joined. It may be called while a daemon runs.
func Load(c config.Config) (*Loaded, error) { return load(c, nil) }

// load is Load with what people decided besides.
func load(c config.Config, kept []journal.Exception) (*Loaded, error) {
	m := &meaning{config: c, builder: rules.NewBuilder()}
	m.names("intercept.never", c.Intercept.Never, rules.NeverList)
	m.lists("lists.block", c.Lists.Block, rules.BlockList)
	m.lists("lists.allow", c.Lists.Allow, rules.AllowList)
	m.decided(kept)
	m.familiar()
	m.sellerCentral()
	roots, private := m.roots()
	denied := m.denied()
	m.exceptions()
	m.resolvers(roots)
	m.secured()
	m.sinks()
	if err := errors.Join(m.problems...); err != nil {
		return nil, err
	}
	policy := m.builder.Build()
	for _, p := range m.builder.Problems() {
		m.note("%s", p)
	}
	if m.more > 0 {
		m.notes = append(m.notes, fmt.Sprintf("and %d more", m.more))
	}
	return &Loaded{Policy: policy, Roots: roots, PrivateRoots: private, Denied: denied, Notes: m.notes}, nil
}

// secured makes sure that what is only another way to the resolver has one.
func (m *meaning) secured() {
	l := m.config.Listen
	for path, addr := range map[string]string{"listen.dot": l.DoT, "listen.doh": l.DoH} {
		if addr != "" && l.DNS == "" {
			m.problem(path, "listen.dns is off: set it, or leave this empty")
		}
	}
	m.sinkhole()
}

// meaning collects what is found while a configuration is looked into.
type meaning struct {
	config   config.Config
	builder  *rules.Builder
	problems []error
	notes    []string
	more     int
}

func (m *meaning) problem(path, format string, args ...any) {
	m.problems = append(m.problems, m.config.Problem(path, format, args...))
}

func (m *meaning) note(format string, args ...any) {
	if len(m.notes) == maxNotes {
		m.more++
		return
	}
	m.notes = append(m.notes, fmt.Sprintf(format, args...))
}

// cut keeps an entry readable on one line.
func cut(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// pattern parses a name that stands for itself and everything below it, in the
// spellings "name", ".name" and "*.name".
func pattern(s string) (hostname.Name, error) {
	return hostname.Parse(below(s))
}

// below returns the name of a pattern.
func below(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "*"), ".") }

// reason returns why a name was refused, without the name: the line of the
// configuration is said anyway.
func reason(err error) string {
	var bad *hostname.Error
	if errors.As(err, &bad) {
		return bad.Reason
	}
	return err.Error()
}

// names adds names that stand in the configuration itself.
func (m *meaning) names(path string, entries []string, to rules.List) {
	for i, entry := range entries {
		m.name(fmt.Sprintf("%s[%d]", path, i), entry, to)
	}
}

// name adds one entry. What a file may have may stand here too, a name of the DNS alone
// ("xn--a.example") among it.
func (m *meaning) name(path, entry string, to rules.List) {
	if _, err := hostname.ParseRecorded(below(entry)); err != nil {
		m.problem(path, "not a host name: %s", reason(err))
		return
	}
	m.builder.Add(to, entry, path, 0)
}

func (m *meaning) familiar() {
	for i, entry := range m.config.Credentials.Familiar {
		if _, err := pattern(entry); err != nil {
			m.problem(fmt.Sprintf("credentials.familiar[%d]", i), "not a host name: %s", reason(err))
		}
	}
}

// sellerCentral makes sure that the button on the warning page leads home.
func (m *meaning) sellerCentral() {
	u, err := url.Parse(m.config.SellerCentral)
	if err != nil {
		m.problem("seller_central", "not a URL")
		return
	}
	n, err := hostname.Parse(u.Hostname())
	if err != nil {
		m.problem("seller_central", "not a host name: %s", reason(err))
		return
	}
	if !rules.MayReceiveCredentials(n) {
		m.problem("seller_central", "%s is not a sign-in address of Amazon's own", n)
	}
}

// exceptions checks names that are reached without the upstream proxy; prefixes
// were checked by config.
func (m *meaning) exceptions() {
	for i, entry := range m.config.Upstream.ProxyExcept {
		if _, err := netip.ParsePrefix(entry); err == nil {
			continue
		}
		if _, err := pattern(entry); err != nil {
			m.problem(fmt.Sprintf("upstream.proxy_except[%d]", i), "not a name, address or prefix: %s", reason(err))
		}
	}
}

// resolvers makes each upstream once, which checks it without connecting.
func (m *meaning) resolvers(roots *x509.CertPool) {
	o := upstream.Options{Roots: roots}
	check := func(path, raw string) {
		e, err := upstream.New(raw, o)
		if err != nil {
			m.problem(path, "%v", err)
			return
		}
		_ = e.Close() // nothing was opened
	}
	for i, raw := range m.config.Resolver.Upstreams {
		check(fmt.Sprintf("resolver.upstreams[%d]", i), raw)
	}
	for suffix, servers := range m.config.Resolver.Forward {
		path := "resolver.forward." + suffix
		if _, err := pattern(suffix); err != nil {
			m.problem(path, "not a domain: %s", reason(err))
		}
		for i, raw := range servers {
			check(fmt.Sprintf("%s[%d]", path, i), raw)
		}
	}
}
