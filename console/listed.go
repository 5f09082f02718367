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

// listedIn returns what is blocked by a list of the configuration, which no decision
// outdoes, so that the incident's host is stopped whatever is decided here: the entry
// and where it stands; "" when there is none.
func (s *Server) listedIn(inc journal.Incident) (entry, source string) {
	policy := s.options.Policy()
	if entry, source = blockedIn(policy, inc.Host); entry != "" || inc.Ground != string(rules.Blocklist) {
		return entry, source
	}
	// The name leads to one that is listed.
	if _, rest, ok := strings.Cut(inc.Detail, "is listed as "); ok && strings.HasPrefix(inc.Detail, "leads to ") {
		name, _, _ := strings.Cut(rest, " ")
		return blockedIn(policy, name)
	}
	return "", ""
}

// blockedIn asks for name and those above it, because the console's own entry may
// be the longer one.
func blockedIn(policy *rules.Policy, name string) (entry, source string) {
	for at := name; at != ""; _, at, _ = strings.Cut(at, ".") {
		n, err := hostname.Parse(at)
		if err != nil {
			continue
		}
		v := policy.Decide(n)
		if v.Ground != rules.Blocklist {
			return "", ""
		}
		entry, source, _ = strings.Cut(strings.TrimPrefix(v.Detail, "is listed as "), " in ")
		if source != OwnList {
			return entry, source
		}
	}
	return "", ""
}
