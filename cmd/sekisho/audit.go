package main

import (
	"context"
	"errors"
	"os/user"
	"time"

	"sekisho/accounts"
	"sekisho/journal"
)

// auditTimeout bounds how long a command waits for a journal that is being written.
const auditTimeout = 3 * time.Second

// audit notes in the journal what a command did. It has been done, so trouble is
// told and no more; before anything was recorded there is nowhere to note it.
func (e *env) audit(what, detail string) {
	dir, err := e.dir()
	if err == nil {
		who := "command line"
		if u, err := user.Current(); err == nil && u.Username != "" {
			who += " (" + u.Username + ")"
		}
		ctx, cancel := context.WithTimeout(context.Background(), auditTimeout)
		defer cancel()
		err = journal.AuditBeside(ctx, dir.Journal(), who, what, detail)
	}
	if err != nil && !errors.Is(err, journal.ErrNoJournal) {
		e.say("sekisho: the audit log does not have this: %v", err)
	}
}

// labelAlone returns the label of a sign-in to be noted: nothing when it is an ID,
// which the audit log is not to have.
func labelAlone(s *accounts.Store, label string) string {
	if _, isID := s.Knows([]byte(label)); isID {
		return ""
	}
	return label
}
