package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// maxRunFile is far more than a run.json has.
const maxRunFile = 4 << 10

// retryRunFile is how soon a run.json that could not be written is tried again.
const retryRunFile = 2 * time.Second

// ErrNotRunning says that no sekisho has said where it listens.
var ErrNotRunning = errors.New("sekisho is not running")

// ReadRunning returns what run.json of a data folder says. The process may have
// died without removing it; [Running.Alive] tells. [ErrNotRunning] when there is none.
func ReadRunning(dir Dir) (Running, error) {
	f, err := os.Open(dir.RunFile())
	if errors.Is(err, fs.ErrNotExist) {
		return Running{}, ErrNotRunning
	}
	if err != nil {
		return Running{}, fmt.Errorf("read where sekisho listens: %w", err)
	}
	defer f.Close()
	var r Running
	if err := json.NewDecoder(io.LimitReader(f, maxRunFile)).Decode(&r); err != nil {
		return Running{}, fmt.Errorf("read where sekisho listens: %s: %w", dir.RunFile(), err)
	}
	if r.PID <= 0 {
		return Running{}, fmt.Errorf("read where sekisho listens: %s: no pid", dir.RunFile())
	}
	return r, nil
}

// Alive reports whether the process that wrote run.json still exists. A process
// that has the same number by chance counts as well.
func (r Running) Alive() bool { return alive(r.PID) }

// writeRunFile writes run.json in one step, so that a reader sees all or nothing.
func writeRunFile(dir Dir, r Running) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	f, err := os.CreateTemp(string(dir), ".run-*.json") // mode 0600
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), dir.RunFile())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write run.json: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// writeLater writes run.json as soon as the data folder can be written, if ctx does
// not end before.
func (d *Daemon) writeLater(ctx context.Context, r Running) {
	again := time.NewTicker(retryRunFile)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if writeRunFile(d.dir, r) == nil {
			d.log.Info("the data folder can be written again: run.json is there")
			return
		}
	}
}

// removeRunFile removes run.json and what an interrupted writeRunFile left.
func removeRunFile(dir Dir) error {
	left, _ := filepath.Glob(filepath.Join(string(dir), ".run-*.json"))
	var all []error
	for _, path := range append(left, dir.RunFile()) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}
