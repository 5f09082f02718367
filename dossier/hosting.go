package dossier

import (
	_ "embed"
	"fmt"
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
	// forms: anybody's forms and documents on one host, which has no sign-in
	// of its own. Never familiar.
	forms
	// pages: anybody's pages on one host that people also sign in to.
	pages
)

// hosting is hosting.tsv by name. It is not changed after start.
var hosting = readHosting(hostingText)

// readHosting panics on a line it does not understand: the text is part of
// the program, and a test reads it.
func readHosting(text string) map[string]sharing {
	kinds := map[string]sharing{"tenants": tenants, "forms": forms, "pages": pages}
	m := map[string]sharing{}
	for f := range tsv(text) {
		if len(f) != 3 || kinds[f[1]] == alone {
			panic(fmt.Sprintf("dossier: hosting.tsv: %q", f))
		}
		m[f[0]] = kinds[f[1]]
	}
	return m
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
