package journal

import (
	"context"
	"database/sql"
	"encoding/json"
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

// searched is how a text is looked for that somebody typed, in whatever width.
func searched(text string) string {
	text = cleanText(text, maxHost)
	if !lettered(text) {
		return strings.ToLower(text)
	}
	return cleanText(strings.ReplaceAll(strings.ToLower(norm.NFKC.String(text)), "。", "."), maxHost)
}

// lettered reports whether a text is found in the letters of names alone.
func lettered(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c > 0x7f })
}

// shows reports whether a host has a text that was searched for, in ASCII or in letters.
func shows(host, text string) bool {
	return strings.Contains(host, text) || lettered(text) && strings.Contains(hostname.Letters(host), text)
}

// searchLetters is search for a text that is not ASCII.
func (q *query) searchLetters(ctx context.Context, tx *sql.Tx, p *plan) (hosts []int64, err error) {
	rows, err := tx.QueryContext(ctx, findLettered, maxLettered)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	hosts = []int64{}
	for rows.Next() && len(hosts) < mostSkipped {
		var (
			id   int64
			text string
		)
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		if shows(text, q.text) {
			hosts = append(hosts, id)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	list, err := json.Marshal(hosts)
	p.text, p.hosts = string(list), true
	p.residual = append(p.residual, "e.host IN (SELECT value FROM json_each(?5))")
	return hosts, err
}
