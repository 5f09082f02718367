// Package rules decides by name. Every door of sekisho, be it a CONNECT
// authority, a TLS server name, a Host header, a DNS question or a name in a
// DNS answer, asks the same [Policy] and gets the same [Verdict].
//
// The rules are asked in this order, and the first that knows the name
// decides:
//
//  1. genuine: Amazon's own names pass, untouched, whatever a list says;
//  2. blocklist: the owner blocks, by a list or by a decision about one site, unless
//     another decision, about a longer name, lets the name pass;
//  3. never: banks, offices, updates and what else must not be decrypted;
//  4. allowlist: the owner allows;
//  5. lookalike: names that imitate Amazon are warned of or blocked;
//  6. default: everything else passes.
//
// A listed name covers itself and every name below it. The package opens no
// file and no socket and keeps no log; whoever has a file hands its lines to
// a [Builder].
package rules

import "strconv"

// Action is what a verdict asks for. The zero value is [Allow].
type Action uint8

// The actions, from the mildest to the strictest.
const (
	Allow Action = iota
	Warn
	Block
)

var actions = [...]string{Allow: "allow", Warn: "warn", Block: "block"}

// String returns "allow", "warn" or "block".
func (a Action) String() string {
	if int(a) < len(actions) {
		return actions[a]
	}
	return "action " + strconv.Itoa(int(a))
}

// MarshalText returns the text of String; it never fails.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Ground names the rule that decided. Its text is what `check --json` and the
// journal show.
type Ground string

// The grounds, in order of precedence.
const (
	Genuine   Ground = "genuine"
	Blocklist Ground = "blocklist"
	Never     Ground = "never"
	Allowlist Ground = "allowlist"
	Feed      Ground = "feed"
	Lookalike Ground = "lookalike"
	Default   Ground = "default"
)

// Verdict is the answer on one name.
type Verdict struct {
	Action Action
	Ground Ground
	// Technique says by what means a lookalike imitates; see
	// [sekisho/rules/lookalike]. It is empty on other grounds.
	Technique string
	// Target is the Amazon host that a lookalike wants to be taken for.
	Target string
	// Detail is the evidence: a sentence in English of which the name is the
	// subject, without it. It is empty on the ground [Default].
	Detail string
	// Score is that of the lookalike, between 0 and 1.
	Score float64
}

// Opaque reports whether traffic to the name must be tunnelled undecrypted:
// it is Amazon's own, or on a list of what is never decrypted. A blocked name
// is not opaque, whatever other lists say.
func (v Verdict) Opaque() bool { return v.Ground == Genuine || v.Ground == Never }

// List tells the owner's lists apart.
type List uint8

// The owner's lists. What people decide about one site at a time is kept apart: of
// that the longest entry counts, so that a name may pass below one that is blocked.
// What BlockList has stays blocked, whatever was decided.
const (
	BlockList List = iota
	AllowList
	NeverList
	DecidedBlock
	DecidedAllow
	lists
)

var listNames = [...]string{
	BlockList: "block", AllowList: "allow", NeverList: "never", DecidedBlock: "decided block", DecidedAllow: "decided allow",
}

// String returns the list's name, "block", "allow" or "never" of those in the configuration.
func (l List) String() string {
	if l < lists {
		return listNames[l]
	}
	return "list " + strconv.Itoa(int(l))
}
