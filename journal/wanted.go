package journal

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// columns maps kinds of words to the columns of classes or of events.
var columns = [...]string{
	kindDoor: "door", kindClient: "client", kindDevice: "device", kindHost: "host", kindAction: "action",
	kindSeverity: "severity", kindGround: "ground", kindTechnique: "technique", kindTarget: "target", kindAccount: "account",
}

// wanted is what a query asks for, in numbers.
type wanted struct {
	host, client, device int64   // 0 is any; of device, see named
	named                []int64 // clients that are called like the device
	byDevice             bool    // whether a device was asked for
	classes              []int64 // those that match
	classy               bool    // whether any class was asked for
	nearlyAll            bool    // whether these are all but those of exercises, which few events are
}

// want looks up the words of q; nil says that nothing can match.
func (q *query) want(ctx context.Context, tx *sql.Tx) (*wanted, error) {
	w := &wanted{}
	conditions := []string{"true"}
	for _, word := range q.words {
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT id FROM words WHERE kind = ? AND text = ?", word.kind, word.text).Scan(&id)
		if word.kind == kindDevice && (err == nil || errors.Is(err, sql.ErrNoRows)) {
			w.byDevice, w.device = true, id
			if w.named, err = numbers(ctx, tx, findNamed, kindClient, word.text, maxBranches); err == nil && id == 0 && len(w.named) == 0 {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch word.kind {
		case kindHost:
			w.host = id
		case kindClient:
			w.client = id
		default:
			w.classy = true
			conditions = append(conditions, eq(columns[word.kind], id))
		}
	}
	w.nearlyAll = q.noExercise && !w.classy
	if q.exercise {
		w.classy, conditions = true, append(conditions, exercises)
	}
	if q.noExercise {
		w.classy, conditions = true, append(conditions, "NOT "+exercises)
	}
	var err error
	w.classes, err = numbers(ctx, tx, "SELECT id FROM classes WHERE "+strings.Join(conditions, " AND "))
	if len(w.classes) == 0 {
		return nil, err
	}
	return w, err
}

// findNamed finds the clients with a name. There are few names.
const findNamed = "SELECT id FROM words WHERE kind = ?1 AND text IN (SELECT client FROM names WHERE name = ?2) LIMIT ?3"
