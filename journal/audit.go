package journal

import (
	"context"
	"time"
)

// AuditEntry is something that was done by a person in the console.
type AuditEntry struct {
	ID     int64     `json:"id"`
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	Detail string    `json:"detail,omitempty"`
}

// Audit stores an entry and returns once it is durable.
func (j *Journal) Audit(ctx context.Context, who, what, detail string) error { return errUnbuilt }

// AuditLog returns entries, newest first, and the cursor of the next page.
func (r *Reader) AuditLog(ctx context.Context, cursor string) ([]AuditEntry, string, error) {
	return nil, "", errUnbuilt
}
