package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// maxSetting bounds the value of a setting, in bytes.
const maxSetting = 64 << 10

// Setting returns what the console keeps under key, "" when it never was set. It is
// for what people choose there, which the configuration does not say.
func (j *Journal) Setting(ctx context.Context, key string) (value string, err error) {
	r, err := j.ownReader()
	if errors.Is(err, ErrNoJournal) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = r.view(ctx, func(_ *source, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT value FROM settings WHERE key = ?", key).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", r.wrap(ctx, err)
	}
	return value, nil
}

// PutSetting stores value under key, and returns once it is durable. Errors: those
// that wrap ErrInvalid, for one of more than 64 KiB; ErrClosed; and the disk's.
func (j *Journal) PutSetting(ctx context.Context, key, value string) error {
	if len(value) > maxSetting {
		return fmt.Errorf("%w setting %q: longer than %d bytes", ErrInvalid, cleanText(key, maxWord), maxSetting)
	}
	err := j.do(ctx, func(ctx context.Context, s *store) error {
		_, err := s.conn.ExecContext(ctx, "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, value)
		return err
	})
	return j.asked("store a setting", err)
}
