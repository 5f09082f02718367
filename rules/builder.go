package rules

import (
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"

	"sekisho/hostname"
)

// Builder collects the owner's lists and builds a [Policy] of them. It is not
// safe for concurrent use. The zero value is ready.
type Builder struct {
	lists    [lists]setBuilder
	problems []Problem
	unsaid   int // problems beyond maxProblems
}

// maxProblems bounds what a file that is no list at all makes us remember.
const maxProblems = 1000

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder { return &Builder{} }

// Problem is an entry that was not taken, with the reason.
type Problem struct {
	List   List
	Entry  string // shortened if it is long
	Source string // as given to Add
	Line   int    // as given to Add
	// Reason completes "the entry was not taken: …" and says what to write
	// instead where that can be told.
	Reason string
}

// String returns the problem in one line: where, which list, what and why.
func (p Problem) String() string {
	at := p.Source
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d", p.Source, p.Line)
	}
	return fmt.Sprintf("%s: %s list: %q: %s", at, p.List, p.Entry, p.Reason)
}

// Add adds one entry to list l. The entry is a host name or an IP address, in
// any spelling that [hostname.ParseRecorded] takes; a leading dot or "*." and a
// trailing comment change nothing, since an entry always covers what is below
// it. source and line, which is 0 where there are none, say where the entry
// stands, for verdicts and problems. An entry that cannot be taken becomes a
// [Problem]; an empty one, or one that is all comment, is no entry.
func (b *Builder) Add(l List, entry, source string, line int) {
	text := entry
	if i := strings.IndexByte(text, '#'); i == 0 || i > 0 && (text[i-1] == ' ' || text[i-1] == '\t') {
		text = text[:i]
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	n, reason := parseEntry(text)
	if reason == "" {
		reason = refuse(l, n)
	}
	if reason != "" {
		b.complain(Problem{List: l, Entry: shorten(text), Source: source, Line: line, Reason: reason})
		return
	}
	b.lists[l].add(n.String(), source, line)
}

func (b *Builder) complain(p Problem) {
	if len(b.problems) >= maxProblems {
		b.unsaid++
		return
	}
	b.problems = append(b.problems, p)
}

// Problems returns what was not taken, in the order of Add, up to a thousand;
// beyond these a last one tells how many more there are.
func (b *Builder) Problems() []Problem {
	all := append([]Problem(nil), b.problems...)
	if b.unsaid > 0 {
		last := all[len(all)-1]
		last.Entry, last.Line = "", 0
		last.Reason = fmt.Sprintf("%d more entries were not taken", b.unsaid)
		all = append(all, last)
	}
	return all
}

// Build returns a policy of what was added. The builder may be added to and
// built again; policies already built do not change.
func (b *Builder) Build() *Policy {
	p := &Policy{}
	for l := range b.lists {
		p.lists[l] = b.lists[l].build()
	}
	return p
}

// parseEntry reads an entry, or says why it is none.
func parseEntry(text string) (n hostname.Name, reason string) {
	name := strings.TrimPrefix(text, "*")
	if len(name) == len(text) || strings.HasPrefix(name, ".") {
		name = strings.TrimPrefix(name, ".")
	}
	n, err := hostname.ParseRecorded(name)
	if err == nil && (n.String() == name || !strings.ContainsAny(name, "* \t")) {
		return n, ""
	}
	return n, "not a host name" + advice(text)
}

// advice guesses what was meant.
func advice(text string) string {
	if fields := strings.Fields(text); len(fields) > 1 {
		for _, f := range fields {
			if n, err := hostname.Parse(f); err == nil {
				if _, ip := n.Addr(); !ip {
					return "; write one name a line, such as " + n.String()
				}
			}
		}
		return "; write one name a line"
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "||"), "^")
	if n, err := hostname.ParseInput(text); err == nil && !n.IsZero() {
		return "; write " + n.String()
	}
	if len(text) > 253 {
		return ": longer than 253 characters"
	}
	if strings.Contains(text, "..") {
		return ": a label is empty; write the name with single dots"
	}
	return "; write the name alone, such as example.com"
}

// refuse says why a name cannot be on a list, or "".
func refuse(l List, n hostname.Name) string {
	switch l {
	case BlockList, DecidedBlock:
		if IsGenuine(n) {
			return "a genuine Amazon name is never blocked; the entry is ignored"
		}
		if aboveGenuine[n.String()] && isSuffix(n) {
			return "a public suffix that genuine Amazon names are below; block the names themselves"
		}
	case AllowList, NeverList, DecidedAllow:
		if isSuffix(n) {
			return "a public suffix: the entry would switch protection off for every name below it; write the names themselves"
		}
	}
	return ""
}

// isSuffix reports whether n is a suffix that a registry sells names below.
// Suffixes that no registry runs, such as those of an office's own network,
// and those of hosting services are not meant.
func isSuffix(n hostname.Name) bool {
	if _, ip := n.Addr(); ip {
		return false
	}
	suffix, icann := publicsuffix.PublicSuffix(n.String())
	return icann && suffix == n.String()
}

// shorten makes an entry fit to be shown.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
