package config

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// reader is how the value of a key enters a Config.
type reader = func(r *reading, c *Config, path string, n *yaml.Node)

// scalar returns the text of a value that is not a list or a map.
func (r *reading) scalar(path string, n *yaml.Node, want string) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		r.problem(path, n.Line, "want %s, found %s", want, kindOf(n))
		return "", false
	}
	return n.Value, true
}

// text is scalar for values that are text only: a bare 5 or true is a slip.
func (r *reading) text(path string, n *yaml.Node, want string) (string, bool) {
	s, ok := r.scalar(path, n, want)
	if ok && n.Tag != "!!str" {
		r.problem(path, n.Line, "want %s, found %s; put it in quotes if it is meant", want, kindOf(n))
		return "", false
	}
	return s, ok
}

// filePath reads one path; "" is the default.
func filePath(field func(*Config) *string) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		s, ok := r.text(path, n, "the path of a folder")
		if !ok || s == "" {
			return
		}
		s, err := parsePath(r, s)
		if err != nil {
			r.problem(path, n.Line, "%v", err)
			return
		}
		*field(c) = s
	}
}

// enum reads one of a few words.
func enum[T ~string](field func(*Config) *T, words ...T) reader {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", string(w))
	}
	want := strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		s, ok := r.scalar(path, n, want)
		switch {
		case !ok:
		case !slices.Contains(words, T(s)):
			r.problem(path, n.Line, "want %s, found %s", want, quote(s))
		default:
			*field(c) = T(s)
		}
	}
}

// address reads host:port; "" switches a part off.
func address(field func(*Config) *string) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		s, ok := r.scalar(path, n, "host:port")
		if !ok {
			return
		}
		if err := checkAddress(s); err != nil && s != "" {
			r.problem(path, n.Line, "%v", err)
			return
		}
		*field(c) = s
	}
}

// pageURL reads an https URL for a link on a page.
func pageURL(field func(*Config) *string) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		s, ok := r.text(path, n, "an https address")
		if !ok {
			return
		}
		if err := checkPageURL(s); err != nil {
			r.problem(path, n.Line, "%v", err)
			return
		}
		*field(c) = s
	}
}

// proxyURL reads the upstream proxy; "" is none. Nothing of the value enters a
// message, because a slip may put the password anywhere in it.
func proxyURL(field func(*Config) *ProxyURL) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		s, ok := r.text(path, n, `a proxy such as "http://proxy.example:3128"`)
		if !ok {
			return
		}
		if err := checkProxyURL(s); err != nil && s != "" {
			r.problem(path, n.Line, "%v", err)
			return
		}
		*field(c) = ProxyURL(s)
	}
}

// leastJournal is the smallest journal that holds its own structure and a few
// thousand events.
const leastJournal Size = 1 << 20

// unit reads a duration or a size of at least a given one.
func unit[T interface {
	~int64
	fmt.Stringer
}](field func(*Config) *T, parse func(string) (T, error), least T) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		_, example := parse("")
		s, ok := r.scalar(path, n, strings.TrimPrefix(example.Error(), "want "))
		if !ok {
			return
		}
		v, err := parse(s)
		switch {
		case err != nil:
			r.problem(path, n.Line, "%v, found %s", err, quote(s))
		case v < least:
			r.problem(path, n.Line, "must be at least %s, found %s", least, quote(s))
		default:
			*field(c) = v
		}
	}
}

// list reads a list, or a single value as a list of one. It replaces the default.
func list[T any](field func(*Config) *[]T, parse func(r *reading, s string) (T, error)) reader {
	return func(r *reading, c *Config, path string, n *yaml.Node) {
		*field(c) = items(r, path, n, parse)
	}
}

func items[T any](r *reading, path string, n *yaml.Node, parse func(r *reading, s string) (T, error)) []T {
	nodes := []*yaml.Node{n}
	switch n.Kind {
	case yaml.SequenceNode:
		nodes = n.Content
	case yaml.MappingNode:
		r.problem(path, n.Line, "want a list such as [a, b], found %s", kindOf(n))
		return nil
	}
	var all []T
	for i, item := range nodes {
		at := path
		if n.Kind == yaml.SequenceNode {
			at = fmt.Sprintf("%s[%d]", path, i)
			r.lines[at] = item.Line
		}
		if v, ok := one(r, at, item, parse); ok {
			all = append(all, v)
		}
	}
	return all
}

func one[T any](r *reading, path string, n *yaml.Node, parse func(r *reading, s string) (T, error)) (v T, ok bool) {
	if !r.plain(path, n) {
		return v, false
	}
	if n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "" {
		r.problem(path, n.Line, "want a single value, found %s", kindOf(n))
		return v, false
	}
	v, err := parse(r, n.Value)
	if err != nil {
		r.problem(path, n.Line, "%v", err)
		return v, false
	}
	return v, true
}

// forward reads resolver.forward, a map of suffixes to servers.
func forward(r *reading, c *Config, path string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.problem(path, n.Line, "want a map such as {office.example: [udp://192.168.1.1]}, found %s", kindOf(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		suffix := strings.ToLower(strings.Trim(name.Value, "."))
		at := path + "." + printable(suffix)
		if _, err := parseName(r, suffix); err != nil || name.Kind != yaml.ScalarNode || suffix == "" {
			r.problem(path, name.Line, "want a domain such as office.example, found %s", quote(name.Value))
			continue
		}
		if first := seen[suffix]; first != 0 {
			r.problem(at, name.Line, "this domain is already set on line %d", first)
			continue
		}
		seen[suffix], r.lines[at] = name.Line, name.Line
		if !r.plain(at, value) {
			continue
		}
		servers := items(r, at, value, parseResolver)
		if len(servers) == 0 && value.Kind == yaml.SequenceNode && len(value.Content) == 0 {
			r.problem(at, value.Line, "want at least one server such as udp://192.168.1.1")
			continue
		}
		if c.Resolver.Forward == nil {
			c.Resolver.Forward = map[string][]string{}
		}
		c.Resolver.Forward[suffix] = servers
	}
}

// relations checks what no key can say alone.
func (r *reading) relations(c *Config) {
	if len(c.Access.Clients) == 0 && len(r.problems) == 0 {
		r.problem("access.clients", r.lines["access.clients"],
			`nobody could use sekisho; want prefixes such as [127.0.0.0/8, "::1/128"]`)
	}
	taken := map[string]string{}
	for _, l := range []struct{ path, addr string }{
		{"listen.proxy", c.Listen.Proxy},
		{"listen.console", c.Listen.Console},
		{"listen.dns", c.Listen.DNS},
		{"listen.dot", c.Listen.DoT},
		{"listen.doh", c.Listen.DoH},
		{"listen.sinkhole", c.Listen.Sinkhole},
		{"listen.sinkhole_tls", c.Listen.SinkholeTLS},
		{"metrics.listen", c.Metrics.Listen},
	} {
		if _, port, err := net.SplitHostPort(l.addr); err != nil || port == "0" {
			continue
		}
		if other := taken[l.addr]; other != "" {
			r.problem(l.path, r.lines[l.path], "%s is already the address of %s; choose another port", l.addr, other)
			continue
		}
		taken[l.addr] = l.path
	}
}
