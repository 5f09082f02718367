package config

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// FieldError is one problem of a configuration. Path is the YAML path of the
// value ("resolver.upstreams[1]"), empty when the file as a whole is meant. Line
// counts from 1; 0 means unknown. Problem never holds a password.
type FieldError struct {
	Path    string
	Line    int
	Problem string
}

// Error returns the problem led by its path and followed by its line.
func (e *FieldError) Error() string {
	switch {
	case e.Path == "" && e.Line == 0:
		return e.Problem
	case e.Path == "":
		return fmt.Sprintf("line %d: %s", e.Line, e.Problem)
	case e.Line == 0:
		return e.Path + ": " + e.Problem
	}
	return fmt.Sprintf("%s: %s (line %d)", e.Path, e.Problem, e.Line)
}

// Problems returns every [FieldError] that err joins or wraps, in the order in
// which they were found. It is empty when err is about something else, such as a
// file that cannot be read.
func Problems(err error) []*FieldError {
	var all []*FieldError
	switch e := err.(type) {
	case *FieldError:
		return []*FieldError{e}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, Problems(one)...)
		}
	case interface{ Unwrap() error }:
		return Problems(e.Unwrap())
	}
	return all
}

// maxQuoted keeps a hostile value from filling the terminal.
const maxQuoted = 80

// quote returns a value fit for a message: escaped, cut to a readable length, and
// without anything that looks like the user part of a URL.
func quote(value string) string {
	value = redact(value)
	if runes := []rune(value); len(runes) > maxQuoted {
		value = string(runes[:maxQuoted]) + "…"
	}
	return strconv.Quote(value)
}

// redact hides what stands before an "@" in the authority of a URL, whether or
// not the URL is well formed. It errs on the side of hiding too much.
func redact(value string) string {
	at := strings.LastIndexByte(value, '@')
	if at < 0 {
		return value
	}
	start := strings.Index(value, "//")
	if start < 0 || start > at {
		return "xxxxx" + value[at:]
	}
	return value[:start+2] + "xxxxx" + value[at:]
}

// ProxyURL is the URL of an upstream proxy, "" for none. It may carry a password,
// which is why every way of printing it hides the user part; only [ProxyURL.URL]
// reveals it.
type ProxyURL string

// String returns the URL with its user part hidden.
func (p ProxyURL) String() string { return redact(string(p)) }

// GoString hides the user part from %#v.
func (p ProxyURL) GoString() string { return strconv.Quote(p.String()) }

// MarshalText hides the user part from JSON and from logs.
func (p ProxyURL) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// URL returns the proxy's URL with user and password, or nil when there is none.
func (p ProxyURL) URL() *url.URL {
	if p == "" {
		return nil
	}
	u, err := url.Parse(string(p))
	if err != nil {
		return nil
	}
	return u
}
