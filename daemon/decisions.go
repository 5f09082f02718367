package daemon

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"sekisho/console"
	"sekisho/dossier"
	"sekisho/journal"
	"sekisho/rules"
)

// retryDecisions is how soon a policy that could not be built is tried again: a
// list file may be missing for a moment while somebody replaces it.
const retryDecisions = time.Minute

// decisions keeps what people decided in the console in force: it knows when the
// policy has to be built again because a decision ends.
type decisions struct {
	// changing is held from when a decision is stored until it is in force.
	changing sync.Mutex

	mu      sync.Mutex
	kept    []journal.Exception // what the last build had
	next    time.Time           // when to build again; zero for not before something changes
	problem error               // why the last build failed
	changed chan struct{}
}

func newDecisions() *decisions { return &decisions{changed: make(chan struct{}, 1)} }

// last returns the decisions that are in force.
func (x *decisions) last() []journal.Exception {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.kept
}

// built notes that a policy has been built with kept, and wakes who waits for the
// next time.
func (x *decisions) built(kept []journal.Exception) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kept = kept
	x.plan(nil, time.Now())
}

// failed notes that no policy could be built, and has it tried again.
func (x *decisions) failed(problem error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.plan(problem, time.Now())
}

// plan says when to build next. The caller holds mu.
func (x *decisions) plan(problem error, now time.Time) {
	x.next, x.problem = time.Time{}, problem
	if problem != nil {
		x.next = now.Add(retryDecisions)
	}
	for _, e := range x.kept {
		if !e.Until.IsZero() && (x.next.IsZero() || e.Until.Before(x.next)) {
			x.next = e.Until
		}
	}
	select {
	case x.changed <- struct{}{}:
	default:
	}
}

// wait returns how long to sleep until the next build. When none is due it is an
// hour, because a clock that is set may bring one about.
func (x *decisions) wait(now time.Time) time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.next.IsZero() {
		return time.Hour
	}
	return max(x.next.Sub(now), time.Second)
}

// state is that of the health check.
func (x *decisions) state() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.problem != nil {
		return "what was decided last is not in force yet; the log says why"
	}
	return "ok"
}

// decide stores a decision and puts it in force.
func (d *Daemon) decide(ctx context.Context, x journal.Decision) error {
	d.decisions.changing.Lock()
	defer d.decisions.changing.Unlock()
	if err := d.journal.Decide(ctx, x); err != nil {
		return err
	}
	d.takeUp(ctx)
	return nil
}

// lift takes an exception of a kind back and has that count.
func (d *Daemon) lift(ctx context.Context, host, kind string) error {
	d.decisions.changing.Lock()
	defer d.decisions.changing.Unlock()
	if err := d.journal.RemoveException(ctx, host, kind); err != nil {
		return err
	}
	d.takeUp(ctx)
	return nil
}

// change gives an exception another reason and end and has that count.
func (d *Daemon) change(ctx context.Context, host, kind, reason string, until *time.Time) error {
	d.decisions.changing.Lock()
	defer d.decisions.changing.Unlock()
	if err := d.journal.ChangeException(ctx, host, kind, reason, until); err != nil {
		return err
	}
	d.takeUp(ctx)
	return nil
}

// putBack stores again what is in force and is not in the journal, which had to begin
// anew: it would go on where nobody sees it or can end it, and end with the next start.
func (d *Daemon) putBack(ctx context.Context) {
	d.decisions.changing.Lock()
	defer d.decisions.changing.Unlock()
	there, err := d.journal.Exceptions(ctx)
	stored := map[string]bool{}
	for _, x := range there {
		stored[x.Host] = true
	}
	for _, x := range d.decisions.last() {
		if err == nil && !stored[x.Host] && !x.Ended(time.Now()) {
			err = d.journal.PutException(ctx, x)
		}
	}
	if err != nil {
		d.log.Error("decisions in force are not all in the new journal", zap.Error(err))
		return
	}
	d.takeUp(ctx)
}

// takeUp builds the policy from the configuration in force and the decisions that
// hold at present, and has everything decide by it. What cannot be done now is
// logged, shown by the health check, and tried again.
func (d *Daemon) takeUp(ctx context.Context) {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	kept, err := d.journal.Exceptions(ctx)
	if err == nil { // whatever becomes of the lists
		d.stores.dossier.Pardon(pardons(kept))
	}
	var loaded *Loaded
	if err == nil {
		loaded, err = load(d.now.Load().config, kept)
	}
	if err != nil {
		d.log.Error("decisions are not in force", zap.Error(err))
		d.decisions.failed(err)
		return
	}
	d.enforce(&current{config: d.now.Load().config, policy: loaded.Policy}, loaded)
	d.decisions.built(kept)
}

// pardons returns the hosts that somebody has decided to let pass, each with since and
// until when: what was seen of their pages counts for nothing meanwhile.
func pardons(kept []journal.Exception) map[string]dossier.Pardoned {
	hosts := map[string]dossier.Pardoned{}
	for _, x := range kept {
		if x.Kind == journal.ExceptionAllow {
			since := x.Added
			if x.Renewed.After(since) {
				since = x.Renewed
			}
			hosts[x.Host] = dossier.Pardoned{Since: since, Until: x.Until}
		}
	}
	return hosts
}

// takeUpFirst is takeUp for the start, when the configuration was read just now and
// need not be again unless there are decisions.
func (d *Daemon) takeUpFirst(ctx context.Context) {
	if kept, err := d.journal.Exceptions(ctx); err != nil || len(kept) > 0 {
		d.takeUp(ctx)
	}
}

// enforce has everything decide by what was loaded. The caller holds reloading.
func (d *Daemon) enforce(now *current, l *Loaded) {
	d.now.Store(now)
	if d.proxy != nil {
		d.proxy.Reload(settings(now.config, l))
	}
}

// keepDecisions builds the policy again whenever a decision ends, and when the journal had
// to begin anew, until ctx ends.
func (d *Daemon) keepDecisions(ctx context.Context) error {
	for {
		t := time.NewTimer(d.decisions.wait(time.Now()))
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-d.decisions.changed:
			t.Stop()
		case <-d.journal.Replaced():
			t.Stop()
			d.putBack(ctx)
		case <-t.C:
			d.takeUp(ctx)
		}
	}
}

// decided adds what people decided to the lists. What cannot be on a list, such as
// a genuine name to be blocked, is noted as for any other entry.
func (m *meaning) decided(kept []journal.Exception) {
	for _, x := range kept {
		to := rules.DecidedAllow
		if x.Kind == journal.ExceptionBlock {
			to = rules.DecidedBlock
		}
		m.builder.Add(to, x.Host, console.OwnList, 0)
	}
}
