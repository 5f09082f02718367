package journal

// MovedAside names the file that a damaged journal was last moved to, or is
// empty. It can change while the journal is open.
func (j *Journal) MovedAside() string { return j.w.movedAside() }

// Lost counts the events that will never be written: those that fell out of
// the backlog while the disk failed, and those whose context ended before
// there was room in the queue.
func (j *Journal) Lost() uint64 { return j.w.lost.Load() + uint64(j.w.refused.Load()) }

// LastID returns the highest id that is known to be durable, which may be that of
// an event that retention has deleted. It costs no look at the file.
func (j *Journal) LastID() int64 { return j.w.durable.Load() }

// GaveUp reports whether the event id, which Record said is kept in memory, fell out of
// that and will never be written, although later ones were. It may be true of one that
// was written when the disk had failed and worked again before: who asks soon is told of
// the last failure.
func (j *Journal) GaveUp(id int64) bool { return id <= j.w.gaveUp.Load() }

// Waiting returns how many events are in memory alone because the disk does
// not take them. They are written as soon as it does.
func (j *Journal) Waiting() int { return j.w.backlog.len() }

func (w *writer) movedAside() string {
	name, _ := w.moved.Load().(string)
	return name
}
