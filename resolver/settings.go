package resolver

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"go.uber.org/zap"

	"sekisho/resolver/upstream"
	"sekisho/rules"
)

// loopbackOnly is who is served unless others are named.
var loopbackOnly = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// settings are what Reload swaps, made from Options.
type settings struct {
	policy  func() *rules.Policy
	observe func() bool
	clients []netip.Prefix
	private []netip.Prefix
	// sinkhole is where blocked names lead.
	sinkhole *sinkhole
	main     *group
	zones    suffixes[*group]
	system   systemServers
	// identity is equal for settings that give the same answers.
	identity string
}

// systemServers are the name servers that the system had when settings were
// made, as far as they matter to these.
type systemServers struct {
	used bool
	urls []string
}

// newSettings reads o for a server that listens at own.
func newSettings(o Options, own netip.AddrPort, log *zap.Logger) (*settings, error) {
	if o.Policy == nil {
		p := rules.NewBuilder().Build()
		o.Policy = func() *rules.Policy { return p }
	}
	if o.Observe == nil {
		o.Observe = func() bool { return false }
	}
	if len(o.Clients) == 0 {
		o.Clients = loopbackOnly
	}
	b := &groupBuilder{own: own, log: log, read: o.system, options: upstream.Options{Roots: o.Roots, Round: o.round}}
	urls := o.Upstreams
	if len(urls) == 0 {
		urls = b.system()
	}
	b.options.Bootstrap = b.bootstrap(urls)
	set := &settings{
		policy: o.Policy, observe: o.Observe, clients: o.Clients, private: o.AllowPrivate,
		sinkhole: &sinkhole{of: o.Sinkhole},
		zones:    suffixes[*group]{},
		identity: fmt.Sprint(urls, o.Forward, o.AllowPrivate),
	}
	set.system = b.found
	set.main = b.group("resolver.upstreams", urls, false)
	for _, suffix := range slices.Sorted(maps.Keys(o.Forward)) {
		path := "resolver.forward." + suffix
		wire, err := wireName(strings.TrimPrefix(strings.TrimPrefix(suffix, "*"), "."))
		if err != nil || len(wire) == 1 {
			b.errs = append(b.errs, fmt.Errorf("%s: %q is no domain name", path, suffix))
			continue
		}
		if len(o.Forward[suffix]) == 0 {
			b.errs = append(b.errs, fmt.Errorf("%s: no upstream", path))
		}
		set.zones[string(wire)] = b.group(path, o.Forward[suffix], true)
	}
	return set, errors.Join(b.errs...)
}

// same reports whether answers got under old are answers under s.
func (s *settings) same(old *settings) bool { return s == old || s.identity == old.identity }

// groupOf returns whom to ask for a lower-case wire name, and whether that was
// settled by a suffix.
func (s *settings) groupOf(name []byte) (g *group, forwarded bool) {
	if g, _, ok := s.zones.find(name); ok {
		return g, true
	}
	return s.main, false
}

// groups yields every group.
func (s *settings) groups(yield func(*group) bool) {
	if !yield(s.main) {
		return
	}
	for _, g := range s.zones {
		if !yield(g) {
			return
		}
	}
}

// close drops idle connections to upstreams.
func (s *settings) close() error {
	var errs []error
	for g := range s.groups {
		for _, server := range g.servers {
			errs = append(errs, server.Close())
		}
	}
	return errors.Join(errs...)
}

// A groupBuilder makes groups and collects what is wrong with their URLs.
type groupBuilder struct {
	own     netip.AddrPort
	log     *zap.Logger
	read    func() ([]string, error)
	options upstream.Options
	// found is what read returned, if it was called.
	found systemServers
	errs  []error
}

// system returns the system's servers but for ourselves. That there are none
// must not keep anything else from working.
func (b *groupBuilder) system() []string {
	urls, err := b.read()
	b.found = systemServers{used: true, urls: urls}
	if err != nil {
		b.log.Error("no upstream: set resolver.upstreams", zap.Error(err))
		return nil
	}
	others := slices.DeleteFunc(slices.Clone(urls), b.isOwn)
	switch {
	case len(urls) == 0:
		b.log.Error("no upstream: the system has no name server, set resolver.upstreams")
	case len(others) == 0:
		b.log.Error("no upstream: the system's only name server is sekisho, set resolver.upstreams",
			zap.Strings("system", urls))
	}
	return others
}

// bootstrap returns what can be asked for the names of servers.
func (b *groupBuilder) bootstrap(urls []string) []string {
	plain := slices.DeleteFunc(slices.Clone(urls), func(raw string) bool { return !isPlain(raw) })
	if len(plain) > 0 || !slices.ContainsFunc(urls, isNamed) {
		return plain
	}
	return b.system()
}

// isPlain reports whether raw can be reached without a look-up or TLS.
func isPlain(raw string) bool {
	return (strings.HasPrefix(raw, "udp://") || strings.HasPrefix(raw, "tcp://")) && !isNamed(raw)
}

// isNamed reports whether raw has a host name to look up.
func isNamed(raw string) bool {
	addrs, err := upstream.Addrs(raw)
	return err == nil && len(addrs) == 0
}

func (b *groupBuilder) group(path string, urls []string, private bool) *group {
	g := &group{private: private, log: b.log}
	for i, raw := range urls {
		o := b.options
		o.MixCase = !private && isRemote(raw)
		e, err := upstream.New(raw, o)
		switch {
		case err != nil:
			b.errs = append(b.errs, fmt.Errorf("%s[%d]: %w", path, i, err))
		case b.isOwn(raw):
			b.errs = append(b.errs, fmt.Errorf("%s[%d]: %q is the address of sekisho itself, which would ask itself for ever; "+
				"put the resolver to ask here, or change listen.dns", path, i, raw))
		default:
			g.servers = append(g.servers, newNameserver(e))
		}
	}
	return g
}

// isRemote reports whether packets to raw leave this machine, so that others
// may see or forge the replies.
func isRemote(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err != nil && u.Hostname() != "localhost" || err == nil && !addr.Unmap().IsLoopback()
}

// isOwn reports whether raw leads to the socket of this server.
func (b *groupBuilder) isOwn(raw string) bool {
	targets, err := upstream.Addrs(raw)
	if err != nil || !b.own.IsValid() {
		return false
	}
	return slices.ContainsFunc(targets, func(t netip.AddrPort) bool { return reaches(t, b.own) })
}

// reaches reports whether a packet to target arrives at a socket bound to own.
func reaches(target, own netip.AddrPort) bool {
	to, at := target.Addr().Unmap().WithZone(""), own.Addr().Unmap().WithZone("")
	switch {
	case target.Port() != own.Port():
		return false
	case to == at:
		return true
	case to.IsUnspecified(): // the system takes it for loopback
		return at.IsLoopback() || at.IsUnspecified()
	case !at.IsUnspecified():
		return false
	}
	return to.IsLoopback() || isLocal(to)
}

// isLocal reports whether addr belongs to an interface of this machine.
func isLocal(addr netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(addrs, func(a net.Addr) bool {
		p, err := netip.ParsePrefix(a.String())
		return err == nil && p.Addr().Unmap() == addr
	})
}
