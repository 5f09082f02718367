package daemon

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"sekisho/console"
	"sekisho/journal/sink"
)

// Sinks returns the folder of how far each sink has got.
func (d Dir) Sinks() string { return filepath.Join(string(d), "sinks") }

// openSinks prepares the sinks; they connect once they are served.
func (d *Daemon) openSinks(o Options, l *Loaded) (err error) {
	d.sinks, err = sink.New(sink.Options{
		Sinks: o.Config.Sinks, Dir: d.dir.Sinks(), Path: d.dir.Journal(), Journal: d.journal,
		Roots: l.Roots, Version: o.Version, Metrics: d.registry, Log: o.Log,
	})
	return err
}

// sinks looks into what the sinks name.
func (m *meaning) sinks() {
	for i, s := range m.config.Sinks {
		if s.To == "" { // which is said already
			continue
		}
		if key, err := sink.Check(s); err != nil {
			m.problem(fmt.Sprintf("sinks[%d].%s", i, key), "%v", err)
		}
	}
}

// sinkHealth tells which sinks do not work, and since when. Why is for the log:
// anybody may ask for the health.
func (d *Daemon) sinkHealth() console.Part {
	all := d.sinks.Status()
	if len(all) == 0 {
		return console.Part{Name: "sinks", State: "off", Beside: true}
	}
	var bad []string
	for _, s := range all {
		if s.Failing != "" {
			bad = append(bad, fmt.Sprintf("%s has failed since %s, %d events wait", s.Name, s.Since.UTC().Format(time.RFC3339), s.Behind))
		}
	}
	if len(bad) == 0 {
		return console.Part{Name: "sinks", State: "ok", Beside: true}
	}
	return console.Part{Name: "sinks", State: strings.Join(bad, "; "), Beside: true}
}
