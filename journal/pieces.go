package journal

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// findHosts finds the hosts that have a text, among those that have its pieces.
const findHosts = `SELECT p.rowid FROM hosts p CROSS JOIN words w ON w.id = p.rowid
	WHERE p.hosts MATCH ?1 AND instr(w.text, ?2) LIMIT ?3`

const (
	// maxPieces bounds the pieces of a text that are looked at: the longest text of a
	// filter has 251, and a host that has the first of them has the rest as a rule.
	maxPieces = 24
	// rareOnes is how many of them are looked for: the rest takes time and away
	// hardly a host, as that of a word that nearly every host has.
	rareOnes = 3
	// sampled is how many of the newest words tell which pieces are rare.
	sampled = 2000
)

// rarePieces asks for the pieces of a text that are rarest, in the language of FTS5; it
// is "" for a single letter, which has none.
func rarePieces(ctx context.Context, tx querier, text string) (string, error) {
	letters := []rune(text)
	if len(letters) == 2 {
		return around(text), nil
	}
	var all []string
	for i := 0; i+3 <= len(letters) && len(all) < maxPieces; i++ {
		if piece := quoted(string(letters[i : i+3])); !slices.Contains(all, piece) {
			all = append(all, piece)
		}
	}
	if len(all) > rareOnes {
		have := map[string]int{}
		for _, piece := range all {
			var n int
			if err := tx.QueryRowContext(ctx, countPiece, piece, sampled).Scan(&n); err != nil {
				return "", err
			}
			have[piece] = n
		}
		slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(have[a], have[b]) })
		all = all[:rareOnes]
	}
	return strings.Join(all, " AND "), nil
}

// countPiece counts the hosts among the newest words that have a piece.
const countPiece = "SELECT count(*) FROM hosts WHERE hosts MATCH ?1 AND rowid > (SELECT max(id) FROM words) - ?2"

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
