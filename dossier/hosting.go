package dossier

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed hosting.tsv
var hostingText string

// sharing says how strangers share a name.
type sharing uint8

const (
	// alone: one owner holds it, as far as known.
	alone sharing = iota
	// tenants: each label below is somebody's own site.
	tenants
	// names: each name below is, however many labels it has.
	names
	// forms: anybody's forms and documents on one host, which has no sign-in
	// of its own. Never familiar.
	forms
	// pages: anybody's pages on one host that people also sign in to.
	pages
)

// hosting is hosting.tsv by name, and stores are its patterns, by labels. They are not
// changed after start.
var hosting, stores = readHosting(hostingText)

// readHosting panics on a line it does not understand: the text is part of
// the program, and a test reads it.
func readHosting(text string) (map[string]sharing, [][]string) {
	kinds := map[string]sharing{"tenants": tenants, "names": names, "forms": forms, "pages": pages}
	m, patterns := map[string]sharing{}, [][]string{}
	for f := range tsv(text) {
		switch {
		case len(f) == 3 && f[1] == "stores":
			patterns = append(patterns, strings.Split(f[0], "."))
		case len(f) != 3 || kinds[f[1]] == alone:
			panic(fmt.Sprintf("dossier: hosting.tsv: %q", f))
		default:
			m[f[0]] = kinds[f[1]]
		}
	}
	return m, patterns
}

// isStore reports whether host is where a service has everybody's files, by paths. A name
// below it is one customer's.
func isStore(host string) bool {
	return slices.ContainsFunc(stores, func(pattern []string) bool {
		rest := host
		for i, p := range pattern {
			label, more, ok := strings.Cut(rest, ".")
			if ok != (i < len(pattern)-1) {
				return false
			}
			before, after, open := strings.Cut(p, "*")
			if label != p && !(open && len(label) > len(before)+len(after) && strings.HasPrefix(label, before) && strings.HasSuffix(label, after)) {
				return false
			}
			rest = more
		}
		return true
	})
}

// tsv yields the columns of the lines of text that are not comments.
func tsv(text string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if strings.TrimSpace(line) == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}
