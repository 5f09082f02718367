package journal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/journal/datafile"
	"sekisho/journal/schema"
	"sekisho/metrics"
)

// Errors worth testing for.
var (
	// ErrLocked is returned by Open when another process writes this journal.
	ErrLocked = datafile.ErrLocked
	// ErrNewer is returned when the file was written by a later version. Such
	// a file is left alone.
	ErrNewer = schema.ErrNewer
	// ErrNoJournal is returned by OpenReader when nothing was recorded yet.
	ErrNoJournal = errors.New("no journal")
	// ErrClosed is returned by Record once the journal is closed.
	ErrClosed = errors.New("journal is closed")
)

const (
	// queueSize bounds the events that wait for the writer. It is a thousand
	// so that a page with hundreds of blocked subresources, on several
	// devices at once, never waits for room.
	queueSize = 1024
	// leastMaxSize is the smallest size cap that leaves room for the schema,
	// a write-ahead log and a few thousand events.
	leastMaxSize = 1 << 20
)

// Options of [Open]. The zero value keeps everything and logs nothing.
type Options struct {
	Retention time.Duration // events older than this are deleted; 0 keeps them
	MaxSize   int64         // bytes of the file and its write-ahead log; 0 is no cap, otherwise at least 1 MiB
	Observing func() bool   // reports whether what is dangerous is let pass, and only recorded; nil is never
	Log       *zap.Logger   // nil is silence
	Metrics   *metrics.Registry
	// Upgrading is told that a file of an earlier version is brought up to date, which can
	// take long, of about how many events it has; what it returns is called when that is
	// over, with its error. nil is told nothing.
	Upgrading func(events int64) (over func(error))
}

// Journal is the writing end. Its methods are safe for concurrent use.
type Journal struct {
	w       *writer
	passes  func() bool   // Observing of Options
	closing chan struct{} // closed when Close begins
	unread  chan struct{} // closed when the journal's own reader is closed as well
	stopped chan struct{} // closed when the writer has ended
	once    sync.Once
	visits  visits
	rest    sync.WaitGroup // decisions about many others, see settle

	mu     sync.Mutex
	reader *Reader // nil until it is needed
}

// request is an event on its way to the disk, or a task (see do). The writer
// sets event and err, then closes done.
type request struct {
	event Event
	task  func(context.Context, *store) error
	err   error
	done  chan struct{}
}

// Open opens the journal at path, creating it (mode 0600) and its directory
// (mode 0700) when they are missing, and starts its writer.
//
// A file that is damaged, unreadable or not a journal is renamed to
// path.corrupt-20060102T150405, with its -wal and -shm, and a fresh one takes
// its place, with the exceptions and names of clients that can still be read: see
// [Journal.MovedAside]. To find damage, the file's identity and
// schema are read and SQLite's quick_check runs for at most checkTime; damage
// that this misses is dealt with the same way when a write runs into it. A
// disk that is full or locked at this moment, or where a journal from before
// cannot be written, is no error: events are kept in memory until it is better.
//
// Errors: ErrLocked, ErrNewer, and those of a directory or another thing in
// the file's place, or of a directory in which no journal can be begun. All name
// the path.
func Open(path string, o Options) (*Journal, error) {
	if o.Retention < 0 {
		return nil, fmt.Errorf("journal.retention: %v is negative", o.Retention)
	}
	if o.MaxSize != 0 && o.MaxSize < leastMaxSize {
		return nil, fmt.Errorf("journal.max_size: %d bytes is less than 1MiB", o.MaxSize)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	w, err := newWriter(path, o)
	if err != nil {
		return nil, err
	}
	if o.Observing == nil {
		o.Observing = func() bool { return false }
	}
	j := &Journal{
		w:       w,
		passes:  o.Observing,
		closing: make(chan struct{}),
		unread:  make(chan struct{}),
		stopped: make(chan struct{}),
	}
	j.expose(o.Metrics, o.MaxSize)
	j.begin()
	return j, nil
}

// begin starts the writer.
func (j *Journal) begin() {
	go func() {
		defer close(j.stopped)
		j.w.run(j.unread)
	}()
}

// Record stores e and returns it as stored, with ID and Time, once it is
// durable. An event is accepted even when ctx has ended, if there is room: a
// visitor who left was still in danger.
//
// An error means that the event is not known to be durable. When it wraps the
// disk's trouble, the returned event has its ID and is kept in memory to be
// written later. When it wraps ctx's error, the event may be written or not.
// After ErrClosed it is not. The caller acts on its verdict all the same.
func (j *Journal) Record(ctx context.Context, e Event) (Event, error) {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e = rehearsed(clean(e))
	if e.Device == "" {
		e.Device = j.w.nameOf(e.Client)
	}
	e.ID, e.Observed = 0, e.passed() && j.passes()
	r := &request{event: e, done: make(chan struct{})}
	if err := j.enqueue(ctx, r); err != nil {
		return e, err
	}
	select {
	case <-r.done:
		return r.event, r.err
	case <-ctx.Done():
		return e, fmt.Errorf("record event: %w", ctx.Err())
	case <-j.stopped:
	}
	select {
	case <-r.done: // the writer's last batch
		return r.event, r.err
	default:
		return e, ErrClosed
	}
}

func (j *Journal) enqueue(ctx context.Context, r *request) error {
	select {
	case <-j.closing:
		return ErrClosed
	default:
	}
	select {
	case j.w.queue <- r:
		return nil
	default:
	}
	select {
	case j.w.queue <- r:
		return nil
	case <-ctx.Done():
		j.w.refused.Add(1)
		return fmt.Errorf("record event: journal queue is full: %w", ctx.Err())
	case <-j.closing:
		return ErrClosed
	}
}

// Close writes what was accepted and releases the file. It returns an error
// when events remain that could not be written; they are lost. Calling it
// again gives the same answer.
func (j *Journal) Close() error {
	j.once.Do(func() {
		close(j.closing)
		j.mu.Lock()
		if j.reader != nil {
			_ = j.reader.Close()
		}
		j.mu.Unlock()
		close(j.unread) // only now: with a reader, SQLite would leave the log behind
	})
	<-j.stopped
	j.rest.Wait()
	return j.w.closeErr
}

// MovedAside names the file that a damaged journal was last moved to, or is
// empty. It can change while the journal is open.
func (j *Journal) MovedAside() string { return j.w.movedAside() }

// Replaced is signalled when the journal has begun anew in another file, because the one
// before was damaged or gone; see [Open]. Of what people decided it then has what
// could be read of a damaged file, maybe nothing.
func (j *Journal) Replaced() <-chan struct{} { return j.w.replaced }

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
