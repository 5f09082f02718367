package journal

import (
	"context"
	"errors"

	"sekisho/journal/schema"
)

// upgrading is [Options.Upgrading].
type upgrading func(events int64) (over func(error))

// upgrade brings the schema up to date from a version. told may be nil.
func (s *store) upgrade(ctx context.Context, version int, told upgrading) error {
	if _, err := schema.Current(ctx, s.conn); told == nil || !errors.Is(err, schema.ErrOlder) {
		return schema.Migrate(ctx, s.conn, version)
	}
	var events int64 // by their ids: to count them takes long itself
	err := s.conn.QueryRowContext(ctx, "SELECT coalesce((SELECT max(id) FROM events) - (SELECT min(id) FROM events) + 1, 0)").Scan(&events)
	if err != nil {
		return err
	}
	over := told(events)
	err = schema.Migrate(ctx, s.conn, version)
	over(err)
	return err
}
