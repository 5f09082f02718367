package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	// maxSinks bounds what is kept in memory for them: a batch each.
	maxSinks = 16
	// maxKeep is the most files that are kept beside the one being written.
	maxKeep = 1000
	// leastSinkFile keeps a file from being put aside for each few events.
	leastSinkFile = 1 << 20
)

// sinkKey is one key of an entry of sinks, and which targets and formats it is
// for; none means all.
type sinkKey struct {
	name    string
	schemes []string
	read    func(r *reading, s *Sink, path string, n *yaml.Node)
}

// sinkKeys is every key of an entry, in the order of config.yaml.
var sinkKeys = []sinkKey{
	{"name", nil, field(func(s *Sink) *string { return &s.Name }, parseSinkName)},
	{"to", nil, field(func(s *Sink) *SinkTarget { return &s.To }, parseSinkTarget)},
	{"format", nil, field(func(s *Sink) *string { return &s.Format }, oneOf("json", "syslog", "cef"))},
	{"severity", nil, field(func(s *Sink) *string { return &s.Severity }, oneOf("info", "amber", "red"))},
	{"actions", nil, func(r *reading, s *Sink, path string, n *yaml.Node) {
		s.Actions = items(r, path, n, oneOf("allow", "warn", "block", "hold", "release"))
	}},
	{"from", nil, field(func(s *Sink) *string { return &s.From }, oneOf("now", "start"))},
	{"max_size", []string{"file"}, field(func(s *Sink) *Size { return &s.MaxSize }, parseSinkSize)},
	{"keep", []string{"file"}, field(func(s *Sink) *int { return &s.Keep }, parseKeep)},
	{"sync", []string{"file"}, field(func(s *Sink) *string { return &s.Sync }, oneOf("batch", "off"))},
	{"secret_file", []string{"http", "https"}, field(func(s *Sink) *string { return &s.SecretFile }, parsePath)},
	{"enterprise", []string{"udp", "tcp", "tls"}, field(func(s *Sink) *uint32 { return &s.Enterprise }, parseEnterprise)},
}

// sinkFormats are what a target of each scheme can be sent, the usual one first.
var sinkFormats = map[string][]string{
	"file": {"json", "cef"}, "udp": {"syslog", "cef"}, "tcp": {"syslog", "cef"}, "tls": {"syslog", "cef"},
	"http": {"json"}, "https": {"json"},
}

// sinks reads the list of sinks. One that is wrong keeps its place, with what of it is
// right: whoever looks into what they name has each by its path, and finds that too.
func sinks(r *reading, c *Config, path string, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		r.problem(path, n.Line, "want a list such as [{name: siem, to: tls://siem.example}], found %s", kindOf(n))
		return
	}
	if len(n.Content) > maxSinks {
		r.problem(path, n.Line, "%d sinks are more than the %d there can be", len(n.Content), maxSinks)
		return
	}
	named := map[string]string{}
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		r.lines[at] = item.Line
		s := r.sink(at, item)
		c.Sinks = append(c.Sinks, s)
		if other := named[s.Name]; other != "" && s.Name != "" {
			r.problem(at+".name", item.Line, "%s has this name already", other)
			continue
		}
		named[s.Name] = at
	}
}

// sink reads one entry. What is wrong of it is at its default.
func (r *reading) sink(path string, n *yaml.Node) Sink {
	s := newSink()
	if !r.plain(path, n) {
		return s
	}
	if n.Kind != yaml.MappingNode {
		r.problem(path, n.Line, "want keys such as {name: siem, to: tls://siem.example}, found %s", kindOf(n))
		return s
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		at := path + "." + printable(name.Value)
		k := slices.IndexFunc(sinkKeys, func(k sinkKey) bool { return k.name == name.Value })
		switch {
		case k < 0:
			r.problem(at, name.Line, "unknown key; a sink has %s", strings.Join(sinkKeyNames(), ", "))
		case seen[name.Value] != 0:
			r.problem(at, name.Line, "this key is already set on line %d", seen[name.Value])
		case !r.plain(at, value) || isNull(value):
			r.lines[at] = name.Line
		default:
			seen[name.Value], r.lines[at] = name.Line, name.Line
			sinkKeys[k].read(r, &s, at, value)
		}
	}
	r.wholeSink(path, n.Line, &s, seen)
	return s
}

func sinkKeyNames() (names []string) {
	for _, k := range sinkKeys {
		names = append(names, k.name)
	}
	return names
}

// wholeSink checks what no key can say alone, and sets the format.
func (r *reading) wholeSink(path string, line int, s *Sink, set map[string]int) {
	for _, must := range []string{"name", "to"} {
		if set[must] == 0 {
			r.problem(path+"."+must, line, "has to be set")
		}
	}
	if s.To == "" {
		return
	}
	scheme := s.To.Scheme()
	for _, k := range sinkKeys {
		if set[k.name] != 0 && k.schemes != nil && !slices.Contains(k.schemes, scheme) {
			r.problem(path+"."+k.name, set[k.name], "has no meaning for %s", s.To)
		}
	}
	formats := sinkFormats[scheme]
	if s.Format == "" {
		s.Format = formats[0]
	}
	if !slices.Contains(formats, s.Format) {
		r.problem(path+".format", set["format"], "%s is sent %s, not %s", s.To, strings.Join(formats, " or "), s.Format)
	}
	if (scheme == "http" || scheme == "https") && set["secret_file"] == 0 {
		r.problem(path+".secret_file", line, "has to be set: the file with the key that messages are signed with")
	}
}

// field reads a single value into a field of a sink.
func field[T any](of func(*Sink) *T, parse func(r *reading, s string) (T, error)) func(*reading, *Sink, string, *yaml.Node) {
	return func(r *reading, s *Sink, path string, n *yaml.Node) {
		if v, ok := one(r, path, n, parse); ok {
			*of(s) = v
		}
	}
}

func oneOf(values ...string) func(*reading, string) (string, error) {
	return func(_ *reading, s string) (string, error) {
		if !slices.Contains(values, s) {
			return "", fmt.Errorf("want one of %s, found %s", strings.Join(values, ", "), quote(s))
		}
		return s, nil
	}
}

var sinkName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

func parseSinkName(_ *reading, s string) (string, error) {
	if !sinkName.MatchString(s) {
		return "", fmt.Errorf(`want a name of a to z, 0 to 9 and "-", at most 32 of them, found %s`, quote(s))
	}
	return s, nil
}

// parseSinkTarget reads a URL or the path of a file. Its errors quote no URL, as
// that of a webhook is a secret.
func parseSinkTarget(r *reading, s string) (SinkTarget, error) {
	if !strings.Contains(s, "://") {
		path, err := parsePath(r, s)
		return SinkTarget(path), err
	}
	const forms = "want the path of a file, or a URL such as udp://HOST:514, tcp://HOST:514, tls://HOST:6514 or https://HOST/PATH"
	u, err := splitURL(s, "udp", "tcp", "tls", "https", "http")
	switch {
	case err != nil:
	case u.User != nil:
		err = errors.New("it must hold no user or password")
	case u.Fragment != "":
		err = errors.New("nothing may follow a #")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		err = errors.New("http:// is for this computer alone; others need https://")
	case u.Scheme != "http" && u.Scheme != "https" && (u.Path != "" && u.Path != "/" || u.RawQuery != ""):
		err = errors.New("nothing may follow its host and port")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", forms, err)
	}
	return SinkTarget(s), nil
}

func parseSinkSize(_ *reading, s string) (Size, error) {
	size, err := ParseSize(s)
	if err == nil && size < leastSinkFile {
		err = fmt.Errorf("want at least %s, found %s", Size(leastSinkFile), quote(s))
	}
	return size, err
}

func parseKeep(_ *reading, s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxKeep {
		return 0, fmt.Errorf("want a number of files from 0 to %d, found %s", maxKeep, quote(s))
	}
	return n, nil
}

func parseEnterprise(_ *reading, s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("want a private enterprise number such as %d, found %s", documentationNumber, quote(s))
	}
	return uint32(n), nil
}
