package sink

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"sekisho/config"
	"sekisho/journal"
)

// lookEvery is how often a sink that has everything looks for more; the look is one
// atomic load.
const lookEvery = 250 * time.Millisecond

// TechniqueGap is the [journal.Event.Technique] of the event that a sink gets in
// place of events that are no longer in the journal. It is in no journal: its id
// is the last of those that are missing.
const TechniqueGap = "sink-gap"

// pump moves events from the journal to one receiver.
type pump struct {
	config   config.Sink
	receiver receiver
	journal  *journal.Journal
	source   *source
	dir      string
	log      *zap.Logger
	counts   counts
	wait     time.Duration

	at    cursor
	clean bool      // at is in its file
	stuck bool      // its file could not be written, which the log has
	saved time.Time // when it got there
	empty int64     // LastID when nothing was found behind at

	done    atomic.Int64 // at.ID
	mu      sync.Mutex
	failing string
	since   time.Time
}

func newPump(c config.Sink, r receiver, at cursor, s *source, o *Options) *pump {
	p := &pump{
		config: c, receiver: r, journal: o.Journal, source: s, dir: o.Dir, wait: o.wait, at: at,
		log: o.Log.Named("sink").With(zap.String("sink", c.Name), zap.Stringer("to", c.To)),
	}
	p.at.Failing, p.at.Since = "", time.Time{} // it has not been tried yet
	p.done.Store(p.at.ID)
	p.counts = newCounts(o.Metrics, p)
	return p
}

// run delivers until ctx ends.
func (p *pump) run(ctx context.Context) {
	p.begin(ctx)
	p.save() // so that a new sink does not begin later after a crash
	defer p.save()
	for failures := 0; ctx.Err() == nil; {
		more, err := p.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			p.failed(err)
			p.save()
			sleep(ctx, p.pause(failures, err))
			failures++
			continue
		case more:
			if failures = 0; time.Since(p.saved) >= saveEvery {
				p.save()
			}
			continue
		}
		p.save()
		sleep(ctx, lookEvery)
	}
}

// begin has a sink that is new begin with what there is: what the journal deleted before
// is nothing that it lacks. What is deleted from then on is.
func (p *pump) begin(ctx context.Context) {
	if p.at.ID > 0 || !p.at.Time.IsZero() {
		return
	}
	if page, err := p.source.page(ctx, 0); err == nil && len(page) > 0 {
		p.move(page[0].ID - 1)
	}
}

// round delivers one batch and reports whether there may be more.
func (p *pump) round(ctx context.Context) (more bool, err error) {
	last := p.journal.LastID()
	if last <= p.at.ID || last == p.empty {
		return false, nil
	}
	page, err := p.source.page(ctx, p.at.ID)
	if err != nil {
		return false, err
	}
	if len(page) == 0 {
		p.empty = last
		return false, nil
	}
	end := page[len(page)-1].ID
	events := p.wanted(page)
	sent, err := 0, error(nil)
	if len(events) > 0 {
		sent, err = p.receiver.send(ctx, events)
		p.delivered(sent)
	}
	if sent < len(events) { // as far as the event before the first that is left
		end = max(p.at.ID, events[sent].ID-1)
		if events[sent].Technique == TechniqueGap {
			end = p.at.ID
			if sent > 0 {
				end = events[sent-1].ID
			}
		}
	}
	if err == nil && end > p.at.ID {
		p.works()
	}
	p.move(end)
	return true, err
}

// wanted returns the events of page that this sink is sent, with a report on what
// is missing before each.
func (p *pump) wanted(page []journal.Event) []journal.Event {
	events := page[:0:0]
	before := p.at.ID
	for _, e := range page {
		if missing := e.ID - before - 1; missing > 0 {
			events = append(events, p.gap(before+1, e.ID-1, e.Time))
		}
		if before = e.ID; admits(&p.config, &e) {
			events = append(events, e)
		}
	}
	return events
}

// gap is the event that stands for those from first to last. It is reported once,
// although it may be made again.
func (p *pump) gap(first, last int64, at time.Time) journal.Event {
	if last > p.counts.gapped {
		n := last - max(first-1, p.counts.gapped)
		p.counts.gapped = last
		p.counts.missed.Add(int(n))
		p.log.Warn("events are gone that a sink had not got yet", zap.Int64("first", first), zap.Int64("last", last))
	}
	return journal.Event{
		ID: last, Time: at, Door: journal.DoorSystem, Severity: journal.SeverityAmber, Technique: TechniqueGap,
		Detail: fmt.Sprintf("%d events from id %d to %d are missing: the journal lost or deleted them before they were sent here", last-first+1, first, last),
	}
}

// severities are ordered; what is unknown is the least.
var severities = map[string]int{journal.SeverityAmber: 1, journal.SeverityRed: 2}

// admits reports whether a sink is sent e.
func admits(c *config.Sink, e *journal.Event) bool {
	if severities[e.Severity] < severities[c.Severity] {
		return false
	}
	for _, a := range c.Actions {
		if a == e.Action {
			return true
		}
	}
	return len(c.Actions) == 0
}

func (p *pump) move(to int64) {
	if to > p.at.ID {
		p.at.ID, p.clean = to, false
		p.done.Store(to)
	}
}

// save writes the cursor. Where it cannot be written, delivering goes on: the
// worst that follows is that events come twice.
func (p *pump) save() {
	p.saved = time.Now()
	if p.clean {
		return
	}
	p.at.Time = p.saved.UTC()
	err := p.at.write(p.dir, p.config.Name)
	p.clean = err == nil
	if !p.clean && !p.stuck {
		p.log.Warn("cursor of a sink not written: after a restart events may come twice", zap.Error(err))
	}
	p.stuck = !p.clean
}

// delivered counts n events.
func (p *pump) delivered(n int) {
	if n > 0 {
		p.counts.delivered.Add(n)
		p.counts.last.Store(time.Now().Unix())
	}
}

// failed says once that a sink does not work.
func (p *pump) failed(err error) {
	p.counts.failed.Inc()
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // without the address, which can be as good as a password
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failing == "" {
		p.since = time.Now()
		p.log.Warn("sink failed; its events wait in the journal", zap.Error(err))
	}
	p.failing = err.Error()
	p.at.Failing, p.at.Since, p.clean = p.failing, p.since.UTC(), false
}

// works takes that back.
func (p *pump) works() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failing == "" {
		return
	}
	p.failing = ""
	p.at.Failing, p.at.Since, p.clean = "", time.Time{}, false
	p.log.Info("sink works again", zap.Int64("behind", p.behind()), zap.Duration("took", time.Since(p.since)))
}

func (p *pump) behind() int64 { return max(0, p.journal.LastID()-p.done.Load()) }

func (p *pump) status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Status{Name: p.config.Name, Behind: p.behind(), Failing: p.failing, Since: p.since}
}
