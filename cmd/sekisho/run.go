package main

import (
	"context"
	"fmt"
	stdlog "log"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"sekisho/config"
	"sekisho/daemon"
)

const runHelp = `Run the proxy, the resolver and the console until SIGINT or SIGTERM, then finish
what is under way and stop within five seconds.

No file is needed. Where the parts listen is printed, and written to run.json in
the data folder while they do. SIGHUP reads the configuration and its lists again;
when they are wrong, the old ones stay in force and the log says why.`

func runCommand(e *env) *cobra.Command {
	var verbose bool
	c := &cobra.Command{
		Use:   "run",
		Short: "Run proxy, resolver and console",
		Long:  runHelp,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := e.load()
			if err != nil {
				return err
			}
			reload := make(chan os.Signal, 1) // from here on, so that a signal is never the end
			defer notifyReload(reload)()
			log := newLog(e, verbose)
			defer func() { _ = log.Sync() }() // a terminal cannot be synced
			quietStandardLog(log)
			d, err := daemon.New(daemon.Options{Config: cfg, Version: version(), Flags: e.flags(filepath.Abs), Log: log, Upgrading: e.upgrading})
			if err != nil {
				return err
			}
			return e.serve(c.Context(), d, reload, log)
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "log single connections as well")
	return c
}

// serve runs d until ctx ends, reloading on the signal for it.
func (e *env) serve(ctx context.Context, d *daemon.Daemon, reload <-chan os.Signal, log *zap.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-reload:
				e.reload(d, log)
			}
		}
	})
	defer work.Wait()
	defer cancel()
	return d.Run(ctx, func(r daemon.Running) { e.banner(ctx, d, r) })
}

// reload reads the configuration again. What is wrong is logged; nothing changes then.
func (e *env) reload(d *daemon.Daemon, log *zap.Logger) {
	cfg, err := e.loadAgain()
	var restart []string
	if err == nil {
		restart, err = d.Reload(cfg)
	}
	if problems := config.Problems(err); len(problems) > 0 {
		for _, p := range problems {
			log.Error("configuration is wrong: the old one stays in force", zap.String("problem", p.Error()))
		}
		return
	}
	if err != nil {
		log.Error("configuration cannot be read: the old one stays in force", zap.Error(err))
		return
	}
	if len(restart) > 0 {
		log.Warn("changes that take effect after a restart only", zap.Strings("keys", restart))
	}
}

// loadAgain is load for a running sekisho. An empty file would be right, but is
// more likely one that is being written at this moment.
func (e *env) loadAgain() (config.Config, error) {
	if info, err := os.Stat(e.configPath); err == nil && info.Size() == 0 {
		return config.Config{}, fmt.Errorf("%q is empty; write it in one step and ask again", e.configPath)
	}
	return e.load()
}

// newLog returns a log for people on stderr.
func newLog(e *env, verbose bool) *zap.Logger {
	enc := zap.NewDevelopmentEncoderConfig()
	enc.EncodeCaller = nil
	enc.CallerKey, enc.StacktraceKey = "", ""
	enc.EncodeTime = zapcore.ISO8601TimeEncoder
	level := zap.InfoLevel
	if verbose {
		level = zap.DebugLevel
	}
	return zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(enc), zapcore.Lock(zapcore.AddSync(e.errw)), level))
}

// quietStandardLog takes what libraries say through the standard logger, which
// net/http's client does and cannot be told not to: it quotes what an origin
// sent. That something was said is kept, and nothing of it.
func quietStandardLog(log *zap.Logger) {
	stdlog.SetFlags(0)
	stdlog.SetOutput(stdLog{log})
}

type stdLog struct{ log *zap.Logger }

// Write implements [io.Writer].
func (s stdLog) Write(p []byte) (int, error) {
	s.log.Debug("a library had something to say", zap.Int("bytes", len(p)))
	return len(p), nil
}
