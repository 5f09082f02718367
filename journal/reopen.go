package journal

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"sekisho/journal/datafile"
)

// open opens the file, or a fresh one in its place, and takes the ids up from
// where they were. doubt is damage already known, or nil.
func (w *writer) open(doubt error) error {
	s, moved, why, err := openPath(w.path, w.sweep.logSize(), w.told, doubt)
	if moved != "" {
		w.moved.Store(moved)
		w.log.Error("journal moved aside, a fresh one started",
			zap.String("path", w.path), zap.String("moved", moved), zap.String("reason", why))
		w.anew, w.legacy = true, salvage(moved)
		w.own.say(TechniqueReplaced, fmt.Sprintf("the journal was moved aside because %s; this one starts anew, with %d decisions about sites and %d names of devices from there, and without the records",
			why, len(w.legacy.exceptions), len(w.legacy.names)))
	}
	if err != nil {
		return err
	}
	if err := s.inherit(w.legacy); err != nil {
		_ = s.close() // what it says is known
		return err
	}
	w.store, w.legacy = s, legacy{}
	switch {
	case s.last >= w.committed:
	case s.last == 0 && moved == "":
		w.anew = true
		w.log.Error("journal was missing, a fresh one started", zap.String("path", w.path))
		w.own.say(TechniqueReplaced, fmt.Sprintf("the journal was missing or empty; records up to id %d are not in it", w.committed))
	case s.last > 0:
		w.log.Error("journal has lost its newest records", zap.String("path", w.path), zap.Int64("lost", w.committed-s.last))
		w.own.gap.add(s.last+1, w.committed)
		w.lost.Add(uint64(w.committed - s.last))
	}
	if names, err := s.names(context.Background()); err == nil { // without them events have no names
		w.names.Store(&names)
	}
	w.committed = max(w.committed, s.last)
	w.durable.Store(w.committed)
	w.next = max(w.next, s.last+1)
	if w.anew {
		w.anew = false
		w.damaged.Store(false)
		select {
		case w.replaced <- struct{}{}:
		default: // said already
		}
	}
	return nil
}

// reopen closes what is left of the file after err and opens it again.
func (w *writer) reopen(err error) error {
	if w.store != nil {
		_ = w.store.close() // its trouble is known
		w.store = nil
	}
	if !w.lock.Intact() { // the whole directory went
		if _, err := datafile.Make(w.path); err != nil {
			return err
		}
		lock, _, err := datafile.Acquire(w.path + ".lock")
		if err != nil {
			return err
		}
		_ = w.lock.Release() // on a file that has no name any more
		w.lock = lock
	}
	var bad *damage
	if errors.As(asDamage(err), &bad) {
		return w.open(bad)
	}
	return w.open(nil)
}
