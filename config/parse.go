package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxFile bounds a configuration file. Long lists of names belong in files of
// their own, which are streamed.
const maxFile = 1 << 20

// maxProblems bounds a report; a file with more is usually not a configuration.
const maxProblems = 100

// Load reads and parses the file at path. An error that [Problems] finds nothing
// in says that the file could not be read.
func Load(path string) (Config, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration %q: %w", path, err)
	}
	f, err := os.Open(abs)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(abs, data)
}

// Parse reads a configuration from the bytes of a YAML file. name is the file's
// path, from whose folder relative paths start; "" leaves them as they are. All
// problems come back at once, as [FieldError] values joined, together with a
// Config that has the default wherever there was one, so that the rest can be
// looked into as well; it must not be run. An empty file is [Default].
func Parse(name string, data []byte) (Config, error) {
	r := &reading{lines: map[string]int{}}
	if name != "" {
		r.dir = filepath.Dir(name)
	}
	c := Default()
	c.dir, c.file = r.dir, name
	if root := r.document(data); root != nil {
		r.mapping(&c, "", root)
		r.relations(&c)
	}
	c.lines = r.lines
	return c, r.err()
}

// reading is one file being read: where relative paths start, what was found
// wrong, and on which line each value stands.
type reading struct {
	dir      string
	problems []*FieldError
	more     int
	lines    map[string]int
}

func (r *reading) problem(path string, line int, format string, args ...any) {
	if len(r.problems) == maxProblems {
		r.more++
		return
	}
	r.problems = append(r.problems, &FieldError{Path: path, Line: line, Problem: fmt.Sprintf(format, args...)})
}

func (r *reading) err() error {
	var all []error
	for _, p := range r.problems {
		all = append(all, p)
	}
	if r.more > 0 {
		all = append(all, &FieldError{Problem: fmt.Sprintf("and %d more problems", r.more)})
	}
	return errors.Join(all...)
}

// document returns the top mapping of the one YAML document in data, or nil when
// there is nothing to read, be it that the file is empty or that it is broken.
func (r *reading) document(data []byte) *yaml.Node {
	if len(data) > maxFile {
		r.problem("", 0, "the file is larger than %s; put long lists of names into files of their own", Size(maxFile))
		return nil
	}
	if at := unreadable(data); at >= 0 {
		line := 1 + bytes.Count(data[:at], []byte{'\n'})
		r.problem("", line, "not text in UTF-8: the byte 0x%02x; save the file as UTF-8", data[at])
		return nil
	}
	doc, err := decode(data)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		r.syntax(err)
		return nil
	}
	root := doc.Content[0]
	switch {
	case isNull(root):
		return nil
	case root.Kind != yaml.MappingNode:
		r.problem("", root.Line, "want keys such as %q at the top, found %s", "mode: enforce", kindOf(root))
		return nil
	}
	return root
}

// unreadable returns where data stops being UTF-8 text, or -1. The YAML library
// would refuse it as well, but not say where.
func unreadable(data []byte) int {
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 || c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return i
		}
		i += size
	}
	return -1
}

// errDocuments says that a second document follows the first.
var errDocuments = errors.New(`a second document ("---") follows; a configuration is one document`)

// decode parses data into nodes without expanding aliases, so that a few bytes of
// YAML cannot grow. A panic of the YAML library, which reads what we did not
// write, becomes an error.
func decode(data []byte) (doc *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("the YAML cannot be read: %v", p)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	doc = new(yaml.Node)
	if err := dec.Decode(doc); err != nil {
		return nil, err
	}
	if err := dec.Decode(new(yaml.Node)); err == nil {
		return nil, errDocuments
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return doc, nil
}

// yamlLine takes apart messages such as "yaml: line 3: did not find …".
var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax reports an error of the YAML library in words for people.
func (r *reading) syntax(err error) {
	text, line := err.Error(), 0
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = "not valid YAML: " + m[2]
		line, _ = strconv.Atoi(m[1]) // the library leaves out the first line
		line = max(line, 1)
	}
	switch {
	case strings.Contains(text, "cannot start any token"):
		text += "; indent with spaces, never with tabs, and quote text that starts with a sign such as @ or %"
	case strings.Contains(text, "mapping values are not allowed"):
		text += "; is the indentation right, and is text that contains \": \" in quotes?"
	case strings.Contains(text, "unknown anchor"), strings.Contains(text, "alphabetic or numeric"):
		text = "not valid YAML here: anchors (&) and aliases (*) are not supported; quote text that starts with *"
	}
	r.problem("", line, "%s", text)
}

// line returns the line a path was read from; for a path within a value, that of
// the value.
func (c Config) line(path string) int {
	for path != "" {
		if n := c.lines[path]; n != 0 {
			return n
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return 0
		}
		path = path[:cut]
	}
	return 0
}
