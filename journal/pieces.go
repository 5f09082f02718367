package journal

import "strings"

// findHosts finds the hosts that have a text, among those that have its pieces.
const findHosts = `SELECT p.rowid FROM hosts p CROSS JOIN words w ON w.id = p.rowid
	WHERE p.hosts MATCH ?1 AND instr(w.text, ?2) LIMIT ?3`

// maxPieces bounds the pieces of a text that are looked for: the longest text of a
// filter has 251, and a host that has the first of them has the rest as a rule.
const maxPieces = 24

// pieces asks for all three-letter pieces of a text, in the language of FTS5; it is
// "" for a single letter, which has none.
func pieces(text string) string {
	letters := []rune(text)
	if len(letters) == 2 {
		return around(text)
	}
	var all []string
	for i := 0; i+3 <= len(letters) && len(all) < maxPieces; i++ {
		all = append(all, quoted(string(letters[i:i+3])))
	}
	return strings.Join(all, " AND ")
}

// around asks for the pieces that two letters can be part of: a name that has them
// has another letter before or behind. The letters of names are ASCII and lower case.
func around(two string) string {
	var all []string
	for c := '!'; c <= '~'; c++ {
		if c < 'A' || c > 'Z' {
			all = append(all, quoted(string(c)+two), quoted(two+string(c)))
		}
	}
	return strings.Join(all, " OR ")
}

// quoted is a string of FTS5.
func quoted(piece string) string { return `"` + strings.ReplaceAll(piece, `"`, `""`) + `"` }
