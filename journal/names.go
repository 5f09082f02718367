package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Kinds are the values of [ClientName.Kind], besides "" for none.
var Kinds = []string{"owner", "staff", "part_timer", "phone"}

// maxNames bounds the clients that have a name: an office's. All of them are kept
// in memory.
const maxNames = 1000

// ClientName is what people call a client, by its address.
type ClientName struct {
	Client string // an IP address, as events have it
	Name   string // cut to 128 bytes; "" for a client that has a kind alone
	Kind   string // one of Kinds, or ""
	By     string
	// Changed is set by NameClient.
	Changed time.Time
}

// NameClient stores the name of a client in place of an earlier one; without name
// and kind it has none any more. Events that are recorded from now on have it as
// their device, unless they say another; so do earlier ones without a device, when
// they are read. Errors: those that wrap ErrInvalid, also when there are too many;
// ErrClosed; and the disk's.
func (j *Journal) NameClient(ctx context.Context, n ClientName) error {
	n.Client, n.Name, n.By = cleanText(n.Client, maxClient), cleanText(n.Name, maxLabel), cleanText(n.By, maxLabel)
	switch {
	case n.Client == "":
		return fmt.Errorf("%w name of a client: no address", ErrInvalid)
	case n.Kind != "" && !slices.Contains(Kinds, n.Kind):
		return fmt.Errorf("%w name of a client: kind %q", ErrInvalid, cleanText(n.Kind, maxWord))
	}
	now := toMillis(time.Now())
	var kept map[string]string
	err := j.do(ctx, func(ctx context.Context, s *store) (err error) {
		if n.Name == "" && n.Kind == "" {
			_, err = s.conn.ExecContext(ctx, "DELETE FROM names WHERE client = ?", n.Client)
		} else {
			_, err = s.conn.ExecContext(ctx, "INSERT OR REPLACE INTO names (client, name, kind, author, changed) VALUES (?, ?, ?, ?, ?)",
				n.Client, n.Name, n.Kind, text(n.By), now)
		}
		if err != nil {
			return err
		}
		kept, err = s.names(ctx)
		if err == nil && len(kept) > maxNames {
			err = fmt.Errorf("%w name of a client: there are %d already", ErrInvalid, maxNames)
		}
		return err
	})
	if err == nil {
		j.w.names.Store(&kept)
	}
	return j.asked("name a client", err)
}

// names returns the names of clients by their addresses; one with a kind alone
// has "".
func (s *store) names(ctx context.Context) (map[string]string, error) {
	rows, err := s.conn.QueryContext(ctx, "SELECT client, name FROM names")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var client, name string
		if err := rows.Scan(&client, &name); err != nil {
			return nil, err
		}
		all[client] = name
	}
	return all, rows.Err()
}

// nameOf returns the name of a client, "" when it has none or none could be read.
func (w *writer) nameOf(client string) string {
	if names := w.names.Load(); names != nil {
		return (*names)[client]
	}
	return ""
}

// Names returns the clients that have a name or a kind, by address.
func (r *Reader) Names(ctx context.Context) (list []ClientName, err error) {
	err = r.view(ctx, func(_ *source, tx *sql.Tx) (err error) {
		list, err = readNames(ctx, tx)
		return err
	})
	if err != nil {
		return nil, r.wrap(ctx, err)
	}
	return list, nil
}

// readNames is Names of q. With an error it returns what it read before that.
func readNames(ctx context.Context, q querier) (list []ClientName, err error) {
	rows, err := q.QueryContext(ctx, "SELECT client, name, kind, coalesce(author, ''), changed FROM names ORDER BY client")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			n  ClientName
			ms int64
		)
		if err := rows.Scan(&n.Client, &n.Name, &n.Kind, &n.By, &ms); err != nil {
			return list, err
		}
		n.Changed = fromMillis(ms)
		list = append(list, n)
	}
	return list, rows.Err()
}
