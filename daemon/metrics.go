package daemon

import (
	"runtime"
	"time"

	"sekisho/accounts"
	"sekisho/certs"
	"sekisho/config"
	"sekisho/metrics"
)

// expose registers what no part counts by itself.
func (d *Daemon) expose(r *metrics.Registry, version string) {
	r.Gauge("sekisho_build_info", "1, with the version of sekisho and of Go.", func() float64 { return 1 },
		"version", version, "goversion", runtime.Version())
	started := float64(time.Now().Unix())
	r.Gauge("sekisho_start_time_seconds", "When sekisho started, in Unix time.", func() float64 { return started })
	r.Gauge("sekisho_enforcing", "1 when what is dangerous is stopped, 0 when it is only recorded (mode: observe).", func() float64 {
		if d.Observing() {
			return 0
		}
		return 1
	})
	r.CounterOf("sekisho_names_judged_total", "Names that were judged anew because no verdict on them was remembered; begins at 0 with each reload.",
		func() float64 { return float64(d.now.Load().policy.Judged()) })
	exposeLeaves(r, d.ca)
	exposeAccounts(r, d.stores.accounts)
}

func exposeLeaves(r *metrics.Registry, ca *certs.Authority) {
	const asked, help = "sekisho_leaves_total", "Certificates that were asked for, by whether they were minted or there already."
	r.CounterOf(asked, help, func() float64 { return float64(ca.LeafCounts().Minted) }, "how", "minted")
	r.CounterOf(asked, help, func() float64 { return float64(ca.LeafCounts().Reused) }, "how", "reused")
	r.Gauge("sekisho_leaves_kept", "Certificates that are kept.", func() float64 { return float64(ca.LeafCounts().Kept) })
	r.Gauge("sekisho_authority_left_seconds", "How long the certificate authority can still sign.", func() float64 { return ca.Left().Seconds() })
}

func exposeAccounts(r *metrics.Registry, s *accounts.Store) {
	r.Gauge("sekisho_accounts_waiting", "Requests that wait to be compared with the protected sign-ins (argon2id, half as many at a time as there are cores, four at most).",
		func() float64 { return float64(s.Load().Waiting) })
	r.CounterOf("sekisho_accounts_waits_total", "Waits for a turn with that, one for each comparison; a request may have several.", func() float64 { return float64(s.Load().Waited) })
	r.CounterOf("sekisho_accounts_wait_seconds_total", "How long they waited, all together.", func() float64 { return s.Load().WaitTime.Seconds() })
	r.CounterOf("sekisho_accounts_turned_away_total", "Requests that were refused because too many waited, or because their turn did not come in time.", func() float64 { return float64(s.Load().TurnedAway) })
	r.CounterOf("sekisho_accounts_comparisons_total", "Runs of argon2id.", func() float64 { return float64(s.Load().Compared) })
}

// bindMetrics makes the listener for monitoring systems, if there is to be one.
func (d *Daemon) bindMetrics(c config.Config) (err error) {
	if c.Metrics.Listen == "" {
		return nil
	}
	if d.metrics, err = metrics.Listen(c.Metrics.Listen, d.registry); err != nil {
		return bindError("metrics.listen", c, c.Metrics.Listen, err)
	}
	return nil
}

// metricsAddr is where they are served, "" when they are not.
func (d *Daemon) metricsAddr() string {
	if d.metrics == nil {
		return ""
	}
	return d.metrics.Addr().String()
}
