// Package trigram finds hosts by a part of their names, as a journal keeps them: in the
// FTS5 table hosts, which has the three-letter pieces (trigrams) of each host among its
// words, kept in step by triggers of package schema. A host is a number here, as in the
// column of an event.
//
// A text is looked for by its rarest pieces, and each host that has these is compared. So
// what a search costs goes with how many hosts are like the text, and not with how many
// there are. Names whose letters are not ASCII are decoded one by one, up to a bound.
//
// See https://sqlite.org/fts5.html#the_trigram_tokenizer.
package trigram

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// Querier is a connection, a transaction or a pool.
type Querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// find finds the hosts that have a text, among those that have its pieces.
const find = `SELECT p.rowid FROM hosts p CROSS JOIN words w ON w.id = p.rowid
	WHERE p.hosts MATCH ?1 AND instr(w.text, ?2) LIMIT ?3`

// findBelow finds the hosts that end with a text, among those that have its pieces.
const findBelow = `SELECT p.rowid FROM hosts p CROSS JOIN words w ON w.id = p.rowid
	WHERE p.hosts MATCH ?1 AND substr(w.text, -length(?2)) = ?2 LIMIT ?3`

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

// Find returns at most limit hosts that have text, in lower-case ASCII, as a part of their
// names. ok is false for a single letter, which has no pieces: nearly every host has it.
func Find(ctx context.Context, q Querier, text string, limit int) (hosts []int64, ok bool, err error) {
	match, err := rarePieces(ctx, q, text)
	if match == "" || err != nil {
		return nil, false, err
	}
	hosts, err = numbers(ctx, q, find, match, text, limit)
	return hosts, err == nil, err
}

// Below returns at most limit hosts below a host, which has a letter at least.
func Below(ctx context.Context, q Querier, host string, limit int) ([]int64, error) {
	match, err := rarePieces(ctx, q, "."+host)
	if err != nil {
		return nil, err
	}
	return numbers(ctx, q, findBelow, match, "."+host, limit)
}

// numbers reads a column of numbers.
func numbers(ctx context.Context, q Querier, query string, args ...any) (out []int64, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// rarePieces asks for the pieces of a text that are rarest, in the language of FTS5; it
// is "" for a single letter, which has none.
func rarePieces(ctx context.Context, q Querier, text string) (string, error) {
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
			if err := q.QueryRowContext(ctx, countPiece, piece, sampled).Scan(&n); err != nil {
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
