package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// suggest returns "; did you mean …?" for an unknown path, or "" when nothing is
// close. It looks among the neighbours first, then at the end of every key.
func suggest(path string) string {
	if k, _ := find(strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(path))); k != nil {
		return mean(path, k.path)
	}
	if len(path) > 64 {
		return ""
	}
	parent, last := cut(path)
	best, distance := "", 3
	for _, known := range paths() {
		p, name := cut(known)
		d := distanceOf(strings.ToLower(last), name)
		if p != parent {
			d += 2 // the right word in the wrong place is likely only when it is exact
		}
		if d < distance && d < utf8.RuneCountInString(name) {
			best, distance = known, d
		}
	}
	if best == "" {
		return ""
	}
	return mean(path, best)
}

// mean words a suggestion. A path written with dots as one key gets the nesting shown.
func mean(path, known string) string {
	if section, name, ok := strings.Cut(known, "."); ok && path == known {
		return fmt.Sprintf("; keys nest: write %q and below it, indented, %q", section+":", name+":")
	}
	return fmt.Sprintf("; did you mean %q?", known)
}

// paths returns every key and section.
func paths() []string {
	var all []string
	seen := map[string]bool{}
	for _, k := range keys {
		if section, _ := cut(k.path); section != "" && !seen[section] {
			seen[section] = true
			all = append(all, section)
		}
		all = append(all, k.path)
	}
	return all
}

// cut splits a path at its last dot.
func cut(path string) (parent, last string) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// printable makes a path that holds hostile text fit for a terminal.
func printable(path string) string {
	q := quote(path)
	if q == `"`+path+`"` {
		return path
	}
	return q
}

// distanceOf returns the Levenshtein distance of two short words.
func distanceOf(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		previous := row[0]
		row[0] = i + 1
		for j, d := range y {
			cost := previous
			if c != d {
				cost = 1 + min(previous, row[j], row[j+1])
			}
			previous, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
