package journal

import (
	"context"
	"database/sql"
	"encoding/json"

	"sekisho/journal/trigram"
)

// searched is how a text is looked for that somebody typed, in whatever width.
func searched(text string) string {
	return cleanText(trigram.Fold(cleanText(text, maxHost)), maxHost)
}

// search looks for q.text among the hosts and has p look for them in what it finds.
// It returns them, nil when there is no text or when very many have it: one that
// matches is never far then. A single letter is taken for one that very many have.
func (q *query) search(ctx context.Context, tx *sql.Tx, p *plan) (hosts []int64, err error) {
	if q.text == "" {
		return nil, nil
	}
	few := true
	if trigram.Lettered(q.text) {
		hosts, err = trigram.FindLetters(ctx, tx, q.text, mostSkipped)
	} else {
		hosts, few, err = trigram.Find(ctx, tx, q.text, mostSkipped+1)
		few = few && len(hosts) <= mostSkipped
	}
	if err != nil {
		return nil, err
	}
	if !few {
		p.text = q.text
		p.residual = append(p.residual, "instr((SELECT text FROM words WHERE id = e.host), ?5)")
		return nil, nil
	}
	hosts = append([]int64{}, hosts...) // none is not nil
	list, err := json.Marshal(hosts)
	p.text, p.hosts = string(list), true
	p.residual = append(p.residual, "e.host IN (SELECT value FROM json_each(?5))")
	return hosts, err
}
