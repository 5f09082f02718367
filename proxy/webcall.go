package proxy

import (
	"slices"
	"strings"

	"sekisho/rules"
)

// WebRTC is the one protocol besides HTTP that a page can make a browser speak through
// its proxy: to any server that the page names it sends requests of STUN in which the
// name of the user is what the page likes (TURN, RFC 8656), and nothing of it is judged.
// So it goes only where somebody answers for the server.

// webCallProtocols are those of the ALPN registry that are WebRTC's (RFC 7443, RFC 8833).
var webCallProtocols = []string{"stun.turn", "stun.nat-discovery", "webrtc", "c-webrtc"}

func isWebCall(proto string) bool { return slices.Contains(webCallProtocols, proto) }

// callServices carry the calls of services for meetings, in names that nobody else has
// servers below, apart from those that are well-known sign-ins as well: Webex names
// servers of TURN below webex.com (webex-js-sdk, plugin-meetings, convertStunUrlToTurnTls).
var callServices = []string{
	// Teams: the names beside its media's addresses for TCP port 443, as
	// world.tr.teams.microsoft.com (learn.microsoft.com, "Microsoft 365 URLs and IP
	// address ranges", ID 12; "Microsoft 365 network connectivity test").
	"teams.microsoft.com", "teams.cloud.microsoft",
	// Meet: workspace.turns.goog and meet.turns.goog are the server names of its media in
	// TLS (support.google.com/a/answer/1279090, "Prepare your network for Meet", step 3).
	"turns.goog",
}

// mayWebCall reports whether WebRTC may go to v's target, and tells the owner where not:
// something is known against it, or nobody vouches for it. In observing it may anywhere.
func (s *Server) mayWebCall(v *visit) bool {
	if s.mayPassUnread(v) && s.vouchedFor(v) {
		return true
	}
	if !v.target.ownSite() && !v.target.drill() {
		s.tell(s.trust.Call(v.client, v.target.name), v)
	}
	return s.settings.Load().Observe && s.mayPassUnread(v)
}

// webCalls is mayWebCall, asked later.
func (s *Server) webCalls(v *visit) func() bool { return func() bool { return s.mayWebCall(v) } }

// vouchedFor reports whether v's target is genuine, on a list of the owner, a well-known
// sign-in or a service for meetings.
func (s *Server) vouchedFor(v *visit) bool {
	verdict := s.settings.Load().Policy.Decide(v.target.name)
	if verdict.Opaque() || verdict.Ground == rules.Allowlist || s.dossier.WellKnown(v.target.name) {
		return true
	}
	host := v.target.name.String()
	return slices.ContainsFunc(callServices, func(service string) bool {
		return host == service || strings.HasSuffix(host, "."+service)
	})
}
