package daemon

import (
	"slices"

	"go.uber.org/zap"

	"sekisho/config"
)

// restart lists the keys that a running sekisho cannot change.
var restart = []struct {
	path string
	same func(a, b config.Config) bool
}{
	{"data_dir", func(a, b config.Config) bool { return a.DataDir == b.DataDir }},
	{"listen", func(a, b config.Config) bool { return a.Listen == b.Listen }},
	{"upstream.ca_files", func(a, b config.Config) bool { return slices.Equal(a.Upstream.CAFiles, b.Upstream.CAFiles) }},
	{"journal", func(a, b config.Config) bool { return a.Journal == b.Journal }},
	{"metrics.listen", func(a, b config.Config) bool { return a.Metrics == b.Metrics }},
	{"sinks", func(a, b config.Config) bool { return slices.EqualFunc(a.Sinks, b.Sinks, config.Sink.Equal) }},
}

// Reload puts c in the place of the configuration in force, with its lists read
// anew, for everything that is decided from now on. It returns the keys that
// differ and need a restart; they keep their old values. On an error nothing has
// changed. It may be called while Run runs.
func (d *Daemon) Reload(c config.Config) (needRestart []string, err error) {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	kept := d.decisions.last()
	loaded, err := load(c, kept)
	if err != nil {
		return nil, err
	}
	old := d.now.Load()
	for _, key := range restart {
		if !key.same(old.config, c) {
			needRestart = append(needRestart, key.path)
		}
	}
	c.DataDir, c.Listen, c.Journal, c.Metrics = old.config.DataDir, old.config.Listen, old.config.Journal, old.config.Metrics
	c.Upstream.CAFiles, c.Sinks = old.config.Upstream.CAFiles, old.config.Sinks
	if err := d.resolver.Reload(d.resolverOptions(c, loaded, d.base)); err != nil {
		return nil, err
	}
	d.stores.configure(c)
	d.enforce(&current{config: c, policy: loaded.Policy}, loaded)
	d.decisions.built(kept)
	loaded.log(d.log)
	d.log.Info("configuration reloaded", zap.Strings("need_restart", needRestart))
	return needRestart, nil
}
