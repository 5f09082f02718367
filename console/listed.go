package console

import (
	"strings"

	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/rules"
)

// OwnList is where verdicts say that a name is listed which people decided about in
// the console.
const OwnList = "the console's decisions"

// listedIn returns what is blocked, so that the incident's host is stopped whatever is
// decided here: by a list of the configuration, which no decision outdoes, or by what
// people decided about another name that the host leads to. It is the entry and where it
// stands, which of the latter is [OwnList]; "" when there is none.
func (s *Server) listedIn(inc journal.Incident) (entry, source string) {
	policy := s.options.Policy()
	if entry, source = blockedIn(policy, inc.Host); source != "" && source != OwnList {
		return entry, source
	}
	if inc.Ground != string(rules.Blocklist) {
		return "", ""
	}
	// The name leads to one that is listed.
	_, rest, ok := strings.Cut(inc.Detail, "is listed as ")
	if !ok || !strings.HasPrefix(inc.Detail, "leads to ") {
		return "", ""
	}
	name, _, _ := strings.Cut(rest, " ")
	entry, source = blockedIn(policy, name)
	if source == OwnList && (inc.Host == entry || strings.HasSuffix(inc.Host, "."+entry)) {
		return "", "" // what is decided about the host counts, being about a longer name
	}
	return entry, source
}

// blockedIn returns the entry that name is blocked by, and where it stands.
func blockedIn(policy *rules.Policy, name string) (entry, source string) {
	n, err := hostname.ParseRecorded(name)
	if err != nil {
		return "", ""
	}
	v := policy.Decide(n)
	if v.Ground != rules.Blocklist {
		return "", ""
	}
	entry, source, _ = strings.Cut(strings.TrimPrefix(v.Detail, "is listed as "), " in ")
	return entry, source
}
