package journal

import (
	"path/filepath"
	"slices"
	"time"

	"sekisho/journal/datafile"
	"sekisho/metrics"
)

// The values of labels, which are closed sets: what is not among them counts as
// the last one, so that no text of an event becomes a label.
var (
	countedDoors      = []string{DoorProxy, DoorDNS, DoorPage, DoorGuard, DoorConsole, DoorSystem, "other"}
	countedActions    = []string{ActionAllow, ActionWarn, ActionBlock, ActionHold, ActionRelease, "none", "other"}
	countedSeverities = []string{SeverityRed, SeverityAmber, SeverityInfo, "none", "other"}
	countedGrounds    = []string{
		"genuine", "never", "allowlist", "blocklist", "feed", "lookalike", "default", "page", "credentials", "drill", "none", "other",
	}
	countedTechniques = []string{
		// names
		"bitsquat", "combosquat", "edit", "embedding", "homoglyph", "kana", "misplaced-registry", "resemblance", "split", "spoof", "swap",
		"transcription", "wrong-registry",
		// pages and requests
		"amazon-fields", "crowded-sign-in", "guess-oracle", "one-time-code", "protected-id", "protected-password", "protected-sign-in",
		"sign-in-copy", "sign-in-relay", "unfamiliar-sign-in", "unreadable-request",
		// certificates of sites
		"certificate-expired", "certificate-invalid", "certificate-not-yet-valid", "certificate-own-ca", "certificate-revoked",
		"certificate-untrusted", "certificate-weak", "certificate-wrong-host",
		// sekisho itself
		TechniqueAppeal, TechniqueCAEnds, TechniqueCall, TechniqueClientCertificate, TechniqueForeign, TechniquePinned, TechniqueTrusting, TechniqueStranger, TechniqueStrangeProgram, TechniqueLost, TechniqueReplaced,
		"none", "other",
	}
)

// indexOf returns the place of a value in a closed set that ends in none and other.
func indexOf(set []string, value string) int {
	if value == "" {
		value = "none"
	}
	if i := slices.Index(set, value); i >= 0 {
		return i
	}
	return len(set) - 1
}

// commitBounds are in seconds: a flash disk takes a millisecond, a disk that turns
// ten, and what takes a second is in trouble.
var commitBounds = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5}

// counts are the figures of a journal; the writer counts.
type counts struct {
	events, techniques       *metrics.Table
	dangers, written, failed *metrics.Counter
	commits                  *metrics.Histogram
}

func newCounts(r *metrics.Registry) counts {
	return counts{
		events: r.Table("sekisho_events_total", "Events by where they came in, what was done, how bad it is and on what ground.",
			metrics.Label{Name: "door", Values: countedDoors}, metrics.Label{Name: "action", Values: countedActions},
			metrics.Label{Name: "severity", Values: countedSeverities}, metrics.Label{Name: "ground", Values: countedGrounds}),
		techniques: r.Table("sekisho_event_techniques_total", "Events by technique.", metrics.Label{Name: "technique", Values: countedTechniques}),
		// Beside the table, since its cells are not there before they count, and a system
		// that sees a counter begin at one does not see it grow.
		dangers: r.Counter("sekisho_danger_events_total", "Red events that were stopped, or would have been in mode observe; no exercises."),
		written: r.Counter("sekisho_journal_written_events_total", "Events that are on the disk."),
		failed:  r.Counter("sekisho_journal_failures_total", "Commits that failed; their events wait in memory."),
		commits: r.Histogram("sekisho_journal_commit_seconds", "How long a batch of events took to be on the disk.", commitBounds),
	}
}

// commit makes a batch durable.
func (w *writer) commit(events []Event) error {
	began := time.Now()
	err := w.store.write(events)
	w.counts.committed(len(events), began, err)
	return err
}

// event counts an event.
func (c *counts) event(e *Event) {
	c.events.Inc(indexOf(countedDoors, e.Door), indexOf(countedActions, e.Action), indexOf(countedSeverities, e.Severity), indexOf(countedGrounds, e.Ground))
	c.techniques.Inc(indexOf(countedTechniques, e.Technique))
	if e.Severity == SeverityRed && (e.Action == ActionBlock || e.Action == ActionHold) && !e.Exercise() {
		c.dangers.Inc()
	}
}

// committed counts a batch of n events whose writing began at a time.
func (c *counts) committed(n int, began time.Time, err error) {
	if err != nil {
		c.failed.Inc()
		return
	}
	c.commits.UpdateDuration(began)
	c.written.Add(n)
}

// expose registers what the journal knows anyway.
func (j *Journal) expose(r *metrics.Registry, maxSize int64) {
	r.Gauge("sekisho_journal_last_id", "Id of the newest event on the disk.", func() float64 { return float64(j.LastID()) })
	r.Gauge("sekisho_journal_waiting_events", "Events in memory alone, because the disk does not take them.", func() float64 { return float64(j.Waiting()) })
	r.CounterOf("sekisho_journal_lost_events_total", "Events that will never be on the disk.", func() float64 { return float64(j.Lost()) })
	r.Gauge("sekisho_journal_size_bytes", "Size of the journal's file and its log.", func() float64 { return float64(datafile.Size(j.w.path)) })
	r.Gauge("sekisho_journal_max_size_bytes", "Size from which on the oldest events are deleted; 0 is no limit.", func() float64 { return float64(maxSize) })
	r.Gauge("sekisho_journal_free_disk_bytes", "Space left for us where the journal is; -1 when the system does not tell.", func() float64 {
		free, err := datafile.FreeSpace(filepath.Dir(j.w.path))
		if err != nil {
			return -1
		}
		return float64(free)
	})
}
