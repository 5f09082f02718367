package proxy

import (
	"slices"

	"sekisho/interstitial"
	"sekisho/journal"
	"sekisho/metrics"
)

// counts are the figures of a server.
type counts struct {
	reasons             []string // the codes of failures, a closed set
	tunnels, intercepts *metrics.Counter
	failures            *metrics.Table
	held                *metrics.Table
	documents, scripts  *metrics.Counter // answers that were read
	replaced, cut       *metrics.Counter // and given away
	inspected           *metrics.Counter
	ids, passwords      *metrics.Counter // found in requests
}

// heldBy are the doors that hold requests.
var heldBy = []string{journal.DoorProxy, journal.DoorPage, journal.DoorGuard}

func newCounts(r *metrics.Registry) *counts {
	const opened, opens = "sekisho_proxy_opened_total", "Connections that were opened for clients: tunnels that pass unread, and those that were intercepted."
	const read, reads = "sekisho_proxy_judged_answers_total", "Answers of sites that were read, by whether they were documents or scripts and data."
	const away, aways = "sekisho_proxy_withheld_answers_total", "Answers that gave their site away and were not passed on, or not to their end."
	const found, finds = "sekisho_proxy_candidates_total", "IDs and passwords that were found in requests, to be compared with the protected ones."
	reasons := interstitial.Codes()
	return &counts{
		reasons:    reasons,
		tunnels:    r.Counter(opened, opens, "kind", "tunnel"),
		intercepts: r.Counter(opened, opens, "kind", "intercept"),
		failures: r.Table("sekisho_proxy_failures_total", "Requests answered by a failure page, by reason: what an origin did, and what is refused here.",
			metrics.Label{Name: "reason", Values: reasons}),
		held: r.Table("sekisho_proxy_held_requests_total", "Requests answered by a warning, by what judged them.",
			metrics.Label{Name: "door", Values: heldBy}),
		documents: r.Counter(read, reads, "kind", "document"),
		scripts:   r.Counter(read, reads, "kind", "script"),
		replaced:  r.Counter(away, aways, "kind", "document"),
		cut:       r.Counter(away, aways, "kind", "script"),
		inspected: r.Counter("sekisho_proxy_inspected_requests_total", "Requests that were read for credentials."),
		ids:       r.Counter(found, finds, "kind", "id"),
		passwords: r.Counter(found, finds, "kind", "password"),
	}
}

// failure counts a failure page.
func (c *counts) failure(code interstitial.Code) {
	i := slices.Index(c.reasons, string(code))
	if i < 0 {
		i = slices.Index(c.reasons, string(interstitial.CodeInternal))
	}
	c.failures.Inc(i)
}

// hold counts a request that was answered by a warning.
func (c *counts) hold(door string) { c.held.Inc(max(0, slices.Index(heldBy, door))) }

// given counts an answer that gave its site away.
func (c *counts) given(document bool) {
	if document {
		c.replaced.Inc()
		return
	}
	c.cut.Inc()
}

// expose registers what the server knows anyway.
func (s *Server) expose(r *metrics.Registry) {
	r.Gauge("sekisho_proxy_open_connections", "Connections of clients that are open.", func() float64 {
		s.limits.mu.Lock()
		defer s.limits.mu.Unlock()
		return float64(s.limits.total)
	})
	r.Gauge("sekisho_proxy_open_sessions", "Tunnels and intercepted connections that are open.", func() float64 {
		s.tunnels.mu.Lock()
		defer s.tunnels.mu.Unlock()
		return float64(len(s.tunnels.open))
	})
	r.Gauge("sekisho_proxy_held_bytes", "Bytes of requests and documents in memory that wait to be judged.", func() float64 { return float64(s.heldBytes.InUse()) })
}
