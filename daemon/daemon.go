// Package daemon assembles the parts of sekisho and runs them together. It
// decides nothing: what a name is, rules says; what happens to traffic, proxy and
// resolver say. What it adds is the life around them, in this order:
//
//	data folder made and locked ─► CA, journal, accounts and dossiers opened
//	─► every listener bound ─► all served ─► run.json written
//	─► … reload … ─► stop: drained, run.json removed, dossiers and journal closed,
//	unlocked
//
// A start that fails half-way takes back what it did and leaves the data folder
// as it was found, save for a CA or a journal that was created.
package daemon

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"sekisho/certs"
	"sekisho/config"
	"sekisho/console"
	"sekisho/journal"
	"sekisho/journal/sink"
	"sekisho/metrics"
	"sekisho/proxy"
	"sekisho/proxy/sinkhole"
	"sekisho/resolver"
	"sekisho/rules"
	"sekisho/staff"
)

// Options is what a [Daemon] is made from.
type Options struct {
	// Config must come from package config.
	Config config.Config
	// Version is shown on pages.
	Version string
	// Flags is that of [console.Options].
	Flags string
	// Log may be nil.
	Log *zap.Logger
	// Upgrading is that of [journal.Options].
	Upgrading func(events int64) (over func(error))
}

// Daemon is one running sekisho. Make one with [New]; its methods may be called
// concurrently, Run once.
type Daemon struct {
	dir     Dir
	lock    *lock
	base    *zap.Logger // for the parts, which name themselves
	log     *zap.Logger
	ca      *certs.Authority
	made    bool
	journal *journal.Journal
	stores  stores
	staff   *staff.Store

	resolver *resolver.Server
	console  *console.Server // nil when off
	proxy    *proxy.Server   // nil when off
	page     netip.Addr      // of the warning page that the resolver leads to; zero when off
	metrics  *metrics.Server // nil when off
	registry *metrics.Registry
	sinks    *sink.Set

	reloading sync.Mutex // held while a configuration takes the place of another
	now       atomic.Pointer[current]
	decisions *decisions
}

// current is the configuration in force and what was made of it.
type current struct {
	config config.Config
	policy *rules.Policy
}

// New opens everything and binds every listener, so that what can go wrong goes
// wrong here. Errors worth testing for: [config.FieldError] for a value that
// cannot be used, [InUseError], [BindError], [certs.FileError].
func New(o Options) (*Daemon, error) {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	d := &Daemon{base: o.Log, log: o.Log.Named("daemon"), decisions: newDecisions(), registry: metrics.New()}
	if err := d.open(o); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// open does the work of New; close takes back whatever it had done.
func (d *Daemon) open(o Options) (err error) {
	loaded, err := Load(o.Config)
	if err != nil {
		return err
	}
	loaded.log(d.log)
	d.log.Debug("configuration", zap.Any("config", o.Config))
	d.now.Store(&current{config: o.Config, policy: loaded.Policy})
	if d.dir, err = DataDir(o.Config); err != nil {
		return err
	}
	if err := d.openData(o); err != nil {
		return d.unusable(err)
	}
	if err := d.openSinks(o, loaded); err != nil {
		return err
	}
	if err := d.bind(o, loaded); err != nil {
		return err
	}
	d.expose(d.registry, o.Version)
	d.takeUpFirst(context.Background())
	return nil
}

// openData opens what is in the data folder, and begins what is not.
func (d *Daemon) openData(o Options) (err error) {
	if d.lock, err = lockDir(d.dir); err != nil {
		return err
	}
	if d.ca, d.made, err = certs.Open(d.dir.CA(), CAOptions()); err != nil {
		return err
	}
	d.journal, err = journal.Open(d.dir.Journal(), journal.Options{
		Retention: time.Duration(o.Config.Journal.Retention),
		MaxSize:   int64(o.Config.Journal.MaxSize),
		Observing: d.Observing,
		Log:       o.Log,
		Metrics:   d.registry,
		Upgrading: o.Upgrading,
	})
	if err != nil {
		return err
	}
	if aside := d.journal.MovedAside(); aside != "" {
		d.log.Warn("journal was damaged: moved aside and begun anew", zap.String("moved_to", aside))
	}
	if err := d.stores.open(d.dir, certs.Fingerprint(d.ca.Root()), o.Log); err != nil {
		return err
	}
	d.stores.configure(o.Config)
	if d.staff, err = staff.Open(d.dir.Console(), staff.Options{}); err != nil {
		return err
	}
	return nil
}

// bind makes the serving parts.
func (d *Daemon) bind(o Options, l *Loaded) (err error) {
	c := o.Config
	if d.resolver, err = resolver.New(d.resolverOptions(c, l, o.Log)); err != nil {
		var listen *resolver.ListenError
		if errors.As(err, &listen) {
			return bindError(listen.Path, c, listen.Addr, err)
		}
		return bindError("listen.dns", c, c.Listen.DNS, err)
	}
	if c.Listen.Console != "" {
		if d.console, err = console.New(d.consoleOptions(o)); err != nil {
			return bindError("listen.console", c, c.Listen.Console, err)
		}
	}
	if err := d.bindMetrics(c); err != nil { // before the proxy, which must not lead there
		return err
	}
	if c.Listen.Proxy != "" || c.Listen.Sinkhole != "" {
		d.proxy, err = proxy.New(proxy.Options{
			Listen: c.Listen.Proxy, Sinkhole: c.Listen.Sinkhole, SinkholeTLS: c.Listen.SinkholeTLS, BelieversFile: d.dir.Believers(), StacksFile: d.dir.Stacks(), Settings: settings(c, l), CA: d.ca, Lookup: lookup(d.resolver), Roots: l.Roots, PrivateRoots: l.PrivateRoots,
			Journal: d.journal, Dossier: d.stores.dossier, Accounts: d.stores.accounts, Log: o.Log, Version: o.Version, Resolver: d.dnsAddr(), Own: d.own(),
			Metrics: d.registry, Presence: d.stores.presence,
		})
		var listen *sinkhole.ListenError
		if errors.As(err, &listen) {
			return bindError(listen.Path, c, listen.Addr, err)
		}
		if err != nil {
			return bindError("listen.proxy", c, c.Listen.Proxy, err)
		}
	}
	d.leadTo()
	return nil
}

// CA returns the certificate authority, and whether this start made it.
func (d *Daemon) CA() (ca *certs.Authority, made bool) { return d.ca, d.made }

// Dir returns the data folder.
func (d *Daemon) Dir() string { return string(d.dir) }

// Observing reports whether everything is let pass and only recorded.
func (d *Daemon) Observing() bool { return d.now.Load().config.Mode == config.Observe }

// Protects reports whether any sign-in is protected.
func (d *Daemon) Protects() bool { return !d.stores.accounts.Empty() }

// MovedAside names the file a damaged journal was moved to, "" when it was sound.
func (d *Daemon) MovedAside() string { return d.journal.MovedAside() }

// close takes back an opening that failed: parts that are bound but were never
// served close their listeners when served with a context that has ended.
func (d *Daemon) close() {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	var g errgroup.Group
	for _, serve := range d.parts() {
		g.Go(func() error { return serve(ended) })
	}
	if err := errors.Join(g.Wait(), d.closeStores()); err != nil {
		d.log.Warn("taking back a failed start", zap.Error(err))
	}
}

// closeStores closes the dossiers and the journal and gives the data folder free.
func (d *Daemon) closeStores() error {
	err := d.stores.close()
	if d.journal != nil {
		err = errors.Join(err, d.journal.Close())
	}
	if d.lock != nil {
		err = errors.Join(err, d.lock.release())
	}
	return err
}
