package trigram

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"

	"sekisho/hostname"
)

// A name that is recorded in ASCII shows other letters: アマゾン.example is recorded as
// xn--cckwcxetd.example, of which no part is a part of what people read and look for.

const (
	// findLettered finds the names that may have an A-label, those first that came last.
	findLettered = `SELECT p.rowid, w.text FROM hosts p CROSS JOIN words w ON w.id = p.rowid
		WHERE p.hosts MATCH '"xn-" AND "n--"' ORDER BY p.rowid DESC LIMIT ?`
	// maxLettered bounds the names that are decoded for one page, at some microseconds
	// each: anybody can have very many looked up. Those that came first are left out.
	maxLettered = 10_000
)

// Lettered reports whether a text is found in the letters of names alone.
func Lettered(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c > 0x7f })
}

// Fold returns how a text is looked for that somebody typed, in whatever width and case,
// with a full stop of any script. It may become longer than it was.
func Fold(text string) string {
	if !Lettered(text) {
		return strings.ToLower(text)
	}
	return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(text)), "。", ".")
}

// Shows reports whether a host has a text that [Fold] returned, in ASCII or in letters.
func Shows(host, text string) bool {
	return strings.Contains(host, text) || Lettered(text) && strings.Contains(hostname.Letters(host), text)
}

// FindLetters returns at most limit hosts that show a text that is not ASCII, of those
// maxLettered with such letters that came last.
func FindLetters(ctx context.Context, q Querier, text string, limit int) (hosts []int64, err error) {
	rows, err := q.QueryContext(ctx, findLettered, maxLettered)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() && len(hosts) < limit {
		var (
			id   int64
			host string
		)
		if err := rows.Scan(&id, &host); err != nil {
			return nil, err
		}
		if Shows(host, text) {
			hosts = append(hosts, id)
		}
	}
	return hosts, rows.Err()
}
