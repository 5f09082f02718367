package journal

import (
	"context"
	"database/sql"
	"errors"
)

// class is what events have in common that are counted together. There are
// some dozens: every string is one of a fixed set of the callers, or the label
// of one of the few protected accounts.
type class struct{ door, action, severity, ground, technique, account string }

func classOf(e *Event) class {
	return class{e.Door, e.Action, e.Severity, e.Ground, e.Technique, e.Account}
}

// severities are those that have a rank.
var severities = []string{SeverityRed, SeverityAmber, SeverityInfo}

// severest is the rank of SeverityRed.
const severest = 3

// rank orders severities.
func rank(severity string) int {
	switch severity {
	case SeverityRed:
		return severest
	case SeverityAmber:
		return 2
	case SeverityInfo:
		return 1
	}
	return 0
}

// classCacheSize bounds the classes that the writer remembers, should a caller
// make them up after all.
const classCacheSize = 1024

// class returns the number of c, adding it when it is new.
func (d *dictionary) class(ctx context.Context, c class) (int64, error) {
	if id, ok := d.classes[c]; ok {
		return id, nil
	}
	args := make([]any, 0, 7)
	for _, w := range [...]wordKey{
		{kindDoor, c.door},
		{kindAction, c.action},
		{kindSeverity, c.severity},
		{kindGround, c.ground},
		{kindTechnique, c.technique},
		{kindAccount, c.account},
	} {
		n, err := d.number(ctx, w.kind, w.text)
		if err != nil {
			return 0, err
		}
		if n == nil {
			n = 0
		}
		args = append(args, n)
	}
	var id int64
	err := d.findClass.QueryRowContext(ctx, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = d.addClass.QueryRowContext(ctx, append(args, rank(c.severity))...).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	if len(d.classes) >= classCacheSize {
		clear(d.classes)
	}
	d.classes[c] = id
	return id, nil
}

// class returns what a class stands for; an unknown number gives none.
func (s *source) class(ctx context.Context, tx *sql.Tx, id int64) (class, error) {
	s.mu.Lock()
	c, ok := s.classes[id]
	s.mu.Unlock()
	if ok {
		return c, nil
	}
	var words [6]int64
	err := tx.QueryRowContext(ctx, "SELECT door, action, severity, ground, technique, account FROM classes WHERE id = ?", id).
		Scan(&words[0], &words[1], &words[2], &words[3], &words[4], &words[5])
	if errors.Is(err, sql.ErrNoRows) {
		return class{}, nil
	}
	if err != nil {
		return class{}, err
	}
	for i, into := range [...]*string{&c.door, &c.action, &c.severity, &c.ground, &c.technique, &c.account} {
		if words[i] == 0 {
			continue
		}
		if *into, err = s.word(ctx, tx, words[i]); err != nil {
			return class{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.classes) >= classCacheSize {
		clear(s.classes)
	}
	s.classes[id] = c
	return c, nil
}

// heldAlways finds the classes of what is stopped whatever people decide about its site.
func (s *store) heldAlways(ctx context.Context) (ids []int64, err error) {
	rows, err := s.conn.QueryContext(ctx, "SELECT c.id, c.rank, t.text FROM classes c JOIN words t ON t.id = c.technique")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			id        int64
			rank      int
			technique string
		)
		if err := rows.Scan(&id, &rank, &technique); err != nil {
			return nil, err
		}
		if heldAlways(technique, rank) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}
