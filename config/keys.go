package config

import (
	"net/netip"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// key is one key of the file: where it stands and how its value enters a Config.
type key struct {
	path string
	read func(r *reading, c *Config, path string, n *yaml.Node)
}

// keys is every key there is, in the order of config.yaml. A new key is a line
// here, a field with its default in config.go, and an entry in config.yaml.
var keys = []key{
	{"data_dir", filePath(func(c *Config) *string { return &c.DataDir })},
	{"mode", enum(func(c *Config) *Mode { return &c.Mode }, Enforce, Observe)},
	{"listen.proxy", address(func(c *Config) *string { return &c.Listen.Proxy })},
	{"listen.console", address(func(c *Config) *string { return &c.Listen.Console })},
	{"listen.dns", address(func(c *Config) *string { return &c.Listen.DNS })},
	{"listen.dot", address(func(c *Config) *string { return &c.Listen.DoT })},
	{"listen.doh", address(func(c *Config) *string { return &c.Listen.DoH })},
	{"listen.sinkhole", address(func(c *Config) *string { return &c.Listen.Sinkhole })},
	{"listen.sinkhole_tls", address(func(c *Config) *string { return &c.Listen.SinkholeTLS })},
	{"seller_central", pageURL(func(c *Config) *string { return &c.SellerCentral })},
	{"language", enum(func(c *Config) *string { return &c.Language }, "auto", "ja", "en")},
	{"upstream.ca_files", list(func(c *Config) *[]string { return &c.Upstream.CAFiles }, parsePath)},
	{"upstream.proxy", proxyURL(func(c *Config) *ProxyURL { return &c.Upstream.Proxy })},
	{"upstream.proxy_except", list(func(c *Config) *[]string { return &c.Upstream.ProxyExcept }, parseExcept)},
	{"egress.ports", list(func(c *Config) *[]uint16 { return &c.Egress.Ports }, parsePort)},
	{"egress.allow", list(func(c *Config) *[]netip.Prefix { return &c.Egress.Allow }, parsePrefix)},
	{"access.clients", list(func(c *Config) *[]netip.Prefix { return &c.Access.Clients }, parsePrefix)},
	{"credentials.ask", enum(func(c *Config) *string { return &c.Credentials.Ask }, "unfamiliar", "protected", "always")},
	{"credentials.familiar", list(func(c *Config) *[]string { return &c.Credentials.Familiar }, parseName)},
	{"intercept.never", list(func(c *Config) *[]string { return &c.Intercept.Never }, parseName)},
	{"lists.block", list(func(c *Config) *[]string { return &c.Lists.Block }, parseListEntry)},
	{"lists.allow", list(func(c *Config) *[]string { return &c.Lists.Allow }, parseListEntry)},
	{"resolver.upstreams", list(func(c *Config) *[]string { return &c.Resolver.Upstreams }, parseResolver)},
	{"resolver.forward", forward},
	{"journal.retention", unit(func(c *Config) *Duration { return &c.Journal.Retention }, ParseDuration, Duration(time.Second))},
	{"journal.max_size", unit(func(c *Config) *Size { return &c.Journal.MaxSize }, ParseSize, leastJournal)},
	{"metrics.listen", address(func(c *Config) *string { return &c.Metrics.Listen })},
	{"sinks", sinks},
}

// mapping reads the keys of one section; prefix is "" or ends in ".".
func (r *reading) mapping(c *Config, prefix string, n *yaml.Node) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		path := prefix + name.Value
		if name.Kind != yaml.ScalarNode || name.Value == "" || name.Tag == "!!merge" {
			r.problem(strings.TrimSuffix(prefix, "."), name.Line, "want the name of a key, found %s", kindOf(name))
			continue
		}
		if first := seen[name.Value]; first != 0 {
			r.problem(path, name.Line, "this key is already set on line %d", first)
			continue
		}
		seen[name.Value] = name.Line
		r.value(c, path, name, value)
	}
}

// value reads what stands at path, a key or a section.
func (r *reading) value(c *Config, path string, name, n *yaml.Node) {
	k, section := find(path)
	if k == nil && !section || strings.Contains(name.Value, ".") {
		r.problem(printable(path), name.Line, "unknown key%s", suggest(path))
		return
	}
	r.lines[path] = name.Line
	switch {
	case !r.plain(path, n) || isNull(n):
	case k != nil:
		k.read(r, c, path, n)
	case n.Kind != yaml.MappingNode:
		r.problem(path, n.Line, "want keys such as %q below it, found %s", firstBelow(path), kindOf(n))
	default:
		r.mapping(c, path+".", n)
	}
}

// find returns the key at path, or whether path is a section of keys.
func find(path string) (k *key, section bool) {
	for i := range keys {
		if keys[i].path == path {
			return &keys[i], false
		}
		if strings.HasPrefix(keys[i].path, path+".") {
			section = true
		}
	}
	return nil, section
}

// firstBelow returns the first key of a section, for an example.
func firstBelow(section string) string {
	for _, k := range keys {
		if rest, ok := strings.CutPrefix(k.path, section+"."); ok {
			return rest + ":"
		}
	}
	return ""
}

// plain reports whether n is written out where it stands: no alias, anchor or tag
// of its own, which have no use here and can make a small file large.
func (r *reading) plain(path string, n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.problem(path, n.Line, "anchors (&) and aliases (*) are not supported; write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		r.problem(path, n.Line, "tags such as %s are not supported; write the value alone", quote(n.Tag))
	default:
		return true
	}
	return false
}

// isNull reports whether n is empty, "~" or null, which stand for the default.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

// kindOf names what n is, for messages.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	}
	switch n.Tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "a date"
	case "!!merge":
		return "a merge (<<)"
	}
	return "text"
}
