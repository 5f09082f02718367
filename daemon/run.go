package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"sekisho/console"
)

// drainLimit is when a stop no longer waits for its parts, which should all have
// drained by then; with closing the journal it stays below the five seconds that a
// service manager is promised.
const drainLimit = 4500 * time.Millisecond

// Run serves until ctx ends and everything has drained, and returns nil then, also where
// the disk did not take what was to be kept: the log says what is lost by that. If
// a part fails before, the others are drained and its error is returned. ready, if
// not nil, is called once every part accepts connections and run.json is there, or
// cannot be written.
// The Daemon is closed afterwards.
func (d *Daemon) Run(ctx context.Context, ready func(Running)) error {
	g, serving := errgroup.WithContext(ctx)
	for name, serve := range d.parts() {
		g.Go(func() error {
			if err := serve(serving); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if serving.Err() == nil {
				return fmt.Errorf("%s: stopped by itself", name)
			}
			return nil
		})
	}
	g.Go(func() error {
		keepMemory(serving)
		return nil
	})
	running := d.Running()
	if err := writeRunFile(d.dir, running); err != nil {
		d.log.Error("the data folder cannot be written: sekisho serves all the same, without run.json until it can", zap.String("folder", string(d.dir)), zap.Error(err))
		g.Go(func() error {
			d.writeLater(serving, running)
			return nil
		})
	}
	d.log.Info("running", zap.String("proxy", running.Proxy), zap.String("console", running.Console), zap.String("dns", running.DNS))
	if ready != nil {
		ready(running)
	}
	err := d.drained(serving, g)
	if left := errors.Join(removeRunFile(d.dir), d.closeStores()); left != nil {
		// A stop that was asked for has not failed: a service manager that was told so
		// would start again what somebody stopped.
		d.log.Error("stopped, but the data folder did not take everything: what could not be written is lost", zap.Error(left))
	}
	return err
}

// drained waits for the parts to end, and no longer than drainLimit after ctx did.
func (d *Daemon) drained(ctx context.Context, g *errgroup.Group) error {
	done := make(chan error, 1)
	go func() { done <- g.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	d.log.Info("stopping")
	limit := time.NewTimer(drainLimit)
	defer limit.Stop()
	select {
	case err := <-done:
		return err
	case <-limit.C:
		d.log.Error("drain took too long and was cut")
		return nil
	}
}

// Running tells where a sekisho listens, as run.json has it. Parts that are off
// are "" and left out.
type Running struct {
	PID     int    `json:"pid"`
	Proxy   string `json:"proxy,omitempty"`
	Console string `json:"console,omitempty"`
	DNS     string `json:"dns,omitempty"`
	DoT     string `json:"dot,omitempty"`
	DoH     string `json:"doh,omitempty"`
	// Sinkhole and SinkholeTLS serve the warning page to the resolver's clients.
	Sinkhole    string `json:"sinkhole,omitempty"`
	SinkholeTLS string `json:"sinkhole_tls,omitempty"`
	Metrics     string `json:"metrics,omitempty"`
}

// Running returns this process and the addresses it got.
func (d *Daemon) Running() Running {
	r := Running{PID: os.Getpid(), Metrics: d.metricsAddr()}
	if a := d.proxyAddr(); a != nil {
		r.Proxy = a.String()
	}
	if a := d.consoleAddr(); a != nil {
		r.Console = a.String()
	}
	if a := d.dnsAddr(); a != nil {
		r.DNS = a.String()
	}
	dot, doh := d.securedAddrs()
	if dot != nil {
		r.DoT = dot.String()
	}
	if doh != nil {
		r.DoH = doh.String()
	}
	if clear, secure := d.sinkholeAddrs(); clear != nil {
		r.Sinkhole, r.SinkholeTLS = clear.String(), secure.String()
	}
	return r
}

// journalHealth tells of events that wait for the disk as trouble, and of those that are
// lost for good beside it: that does not end, and what is blocked now is recorded. So it is
// while reading meets damage.
func (d *Daemon) journalHealth() console.Part {
	if n := d.journal.Waiting(); n > 0 {
		return console.Part{Name: "journal", State: fmt.Sprintf("%d events wait in memory for the disk", n)}
	}
	if n := d.journal.Lost(); n > 0 {
		return console.Part{Name: "journal", State: fmt.Sprintf("%d events could not be recorded", n), Beside: true}
	}
	if d.journal.Damaged() {
		return console.Part{Name: "journal", State: "a part of what is recorded is damaged and cannot be read; restart sekisho, which moves it aside", Beside: true}
	}
	return console.Part{Name: "journal", State: "ok"}
}

// health returns the state of each part for the console's health check.
func (d *Daemon) health() []console.Part {
	state := func(on bool) string {
		if on {
			return "ok"
		}
		return "off"
	}
	desk := state(d.console != nil)
	if d.console != nil && d.staff.Problem() != nil {
		desk = "who may sign in was changed, and cannot be read"
	}
	return []console.Part{
		{Name: "proxy", State: state(d.proxyAddr() != nil)},
		{Name: "dns", State: state(d.dnsAddr() != nil)},
		{Name: "console", State: desk},
		d.journalHealth(),
		d.stores.health(),
		{Name: "decisions", State: d.decisions.state()},
		d.sinkHealth(),
	}
}
