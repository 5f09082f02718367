package config

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Shown is a key as a person looks at it.
type Shown struct {
	Path string
	// Values are its value in words, one for each entry of a list or map, none when
	// it is empty. What is secret is hidden.
	Values []string
	// Default reports whether that is the default.
	Default bool
	// From says where the value was set: the path of a file with ":" and the line, a
	// flag of the command line, or "" for nowhere.
	From string
}

// hidden stands for what is secret.
const hidden = "••••"

// SetDataDir sets the data folder as the flag --data does: over the file.
func (c *Config) SetDataDir(dir string) { c.DataDir, c.byFlag = dir, true }

// Show returns every key in the order of config.yaml.
func (c Config) Show() []Shown {
	fallback := Default()
	var all []Shown
	for _, k := range keys {
		now, then := fieldOf(c, k.path), fieldOf(fallback, k.path)
		s := Shown{Path: k.path, Values: values(k.path, now), Default: reflect.DeepEqual(now.Interface(), then.Interface())}
		switch line := c.lines[k.path]; {
		case k.path == "data_dir" && c.byFlag:
			s.From = "--data"
		case line > 0 && c.file != "":
			s.From = fmt.Sprintf("%s:%d", c.file, line)
		}
		all = append(all, s)
	}
	return all
}

// fieldOf returns the field of a key: upstream.ca_files is Upstream.CAFiles. A test
// holds that every key has one.
func fieldOf(c Config, path string) reflect.Value {
	v := reflect.ValueOf(c)
	for name := range strings.SplitSeq(strings.ReplaceAll(path, "_", ""), ".") {
		v = v.FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) })
	}
	return v
}

// values writes a value out. Empty lists and maps, and the empty string, have none.
func values(path string, v reflect.Value) (out []string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, values(path, v.Index(i))...)
		}
	case reflect.Map:
		for _, key := range slices.Sorted(maps.Keys(v.Interface().(map[string][]string))) {
			out = append(out, key+" → "+strings.Join(values(path, v.MapIndex(reflect.ValueOf(key))), ", "))
		}
	default:
		if s, ok := v.Interface().(Sink); ok { // whose address hides what is secret by itself
			return []string{s.Name + " → " + s.To.String() + " (" + s.Format + ")"}
		}
		if s := fmt.Sprint(v.Interface()); s != "" {
			out = append(out, masked(path, s))
		}
	}
	return out
}

// masked hides what is secret: the value of a key that is named so, and the user
// part, the query and the path of any address. Name servers tell their customers
// apart by the path, so that who knows it may use it up or change what it answers;
// the one that everybody has (RFC 8484, section 4.1.1) is shown.
func masked(path, s string) string {
	_, name, _ := strings.Cut("."+path, ".")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	for _, word := range []string{"secret", "password", "token", "key"} {
		if strings.Contains(name, word) {
			return hidden
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return s
	}
	if u.User != nil {
		u.User = url.User("hidden")
	}
	if u.RawQuery != "" {
		u.RawQuery = "hidden"
	}
	if u.Path != "" && u.Path != "/" && u.Path != "/dns-query" {
		u.Path, u.RawPath = "/hidden", ""
	}
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = "hidden", ""
	}
	return strings.ReplaceAll(u.String(), "hidden", hidden)
}
