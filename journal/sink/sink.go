package sink

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/config"
	"sekisho/journal"
	"sekisho/metrics"
	"sekisho/private"
)

// batchSize bounds the events that a sink has in memory, at most 8 KiB each.
const batchSize = 500

// A receiver is where one sink leads. It belongs to one goroutine.
type receiver interface {
	// send delivers events in their order and returns how many of them, from
	// the first on, need not be sent again. A nil error with fewer than all
	// asks to go on with the rest at once.
	send(ctx context.Context, events []journal.Event) (int, error)
	close() error
}

// kinds make the receivers, by the scheme of their target. They connect to nothing
// yet. stream is that of the cursor.
var kinds = map[string]func(c config.Sink, stream string, o *Options) (receiver, error){
	"file":  newFile,
	"udp":   newDatagram,
	"tcp":   newStream,
	"tls":   newStream,
	"http":  newWebhook,
	"https": newWebhook,
}

// Options is what a [Set] is made from.
type Options struct {
	// Sinks must come from package config.
	Sinks []config.Sink
	// Dir is the folder of the cursors, made when it is missing; Path is the file
	// of Journal.
	Dir, Path string
	Journal   *journal.Journal
	// Roots are trusted for tls:// and https://; nil means the system's.
	Roots *x509.CertPool
	// Version is told to the receivers.
	Version string
	// Metrics may be nil, and so may Log.
	Metrics *metrics.Registry
	Log     *zap.Logger

	// wait is how long a failing sink is left alone at first; 0 means firstWait.
	wait time.Duration
}

// Set is the sinks of a configuration. Make one with [New]; Serve may be called
// once, Status at any time.
type Set struct {
	pumps  []*pump
	source source
}

// New prepares the sinks and reads their cursors. A target that cannot be reached
// is no error. Problems of the configuration are those that [Check] finds.
func New(o Options) (*Set, error) {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.wait == 0 {
		o.wait = firstWait
	}
	s := &Set{source: source{path: o.Path}}
	if len(o.Sinks) == 0 {
		return s, nil
	}
	if err := private.MakeFolder(o.Dir); err != nil {
		return nil, fmt.Errorf("sinks: %w", err)
	}
	for i, c := range o.Sinks {
		at, why := place(o.Dir, c.Name, c.From, o.Journal.LastID())
		r, err := kinds[c.To.Scheme()](c, at.Stream, &o)
		if err != nil {
			return nil, fmt.Errorf("sinks[%d]: %w", i, err)
		}
		p := newPump(c, r, at, &s.source, &o)
		if s.pumps = append(s.pumps, p); why != "" {
			p.log.Warn("sink begins at the start of the journal", zap.String("why", why))
		}
	}
	return s, nil
}

// Serve delivers until ctx ends, and returns nil then. What is under way is given
// up; it is sent again after the next start.
func (s *Set) Serve(ctx context.Context) error {
	var running sync.WaitGroup
	for _, p := range s.pumps {
		running.Go(func() { p.run(ctx) })
	}
	<-ctx.Done()
	running.Wait()
	var errs []error
	for _, p := range s.pumps {
		errs = append(errs, p.receiver.close())
	}
	s.source.close()
	for _, err := range errs {
		if err != nil { // a connection that is gone is none of the stop's business
			s.pumps[0].log.Debug("close sinks", zap.Error(errors.Join(errs...)))
			break
		}
	}
	return nil
}

// Status is how a sink is doing.
type Status struct {
	Name string
	// Behind counts the ids between the newest event and the cursor.
	Behind int64
	// Failing is why the last attempt came to nothing, "" when it did not, and
	// Since when that began. It holds no part of an event and no secret.
	Failing string
	Since   time.Time
}

// Status returns the state of each sink, in the order of the configuration.
func (s *Set) Status() []Status {
	all := make([]Status, len(s.pumps))
	for i, p := range s.pumps {
		all[i] = p.status()
	}
	return all
}

// source is the journal to read, opened once there is one.
type source struct {
	path string

	mu     sync.Mutex
	reader *journal.Reader
}

// page returns the next events behind the id after, at most batchSize.
func (s *source) page(ctx context.Context, after int64) (page []journal.Event, err error) {
	r, err := s.open()
	if errors.Is(err, journal.ErrNoJournal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for e, err := range r.Events(ctx, journal.Filter{After: after}) { // which reads a page at a time
		if err != nil {
			return nil, err
		}
		if page = append(page, e); len(page) == batchSize {
			break
		}
	}
	return page, nil
}

func (s *source) open() (*journal.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == nil {
		r, err := journal.OpenReader(s.path)
		if err != nil {
			return nil, err
		}
		s.reader = r
	}
	return s.reader, nil
}

func (s *source) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader != nil {
		_ = s.reader.Close() // it only read
	}
}

// Check looks into what a sink names in the file system, without changing
// anything. It returns the key that is wrong, and why.
func Check(c config.Sink) (key string, err error) {
	switch c.To.Scheme() {
	case "file":
		if err := checkFile(string(c.To)); err != nil {
			return "to", err
		}
	case "http", "https":
		if c.SecretFile == "" { // which is said of the configuration
			return "", nil
		}
		if _, err := readKeys(c.SecretFile); err != nil {
			return "secret_file", err
		}
	}
	return "", nil
}

// cursorName is the file of a sink's cursor.
func cursorName(sink string) string { return sink + ".json" }

func cursorPath(dir, sink string) string { return filepath.Join(dir, cursorName(sink)) }
