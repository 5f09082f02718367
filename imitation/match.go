package imitation

import "strings"

// phrases finds what stands in text and in scripts, each pattern with its use.
var phrases = newMatcher(usedIn("text", "label", "brand", "excuse", "other", "pressed", "script", "key"), quotationMarks)

// urlParts, actionParts, pathParts, queryParts and locationParts find parts of
// addresses.
var (
	urlParts      = newMatcher(usedIn("url"), nil)
	actionParts   = newMatcher(usedIn("action"), nil)
	pathParts     = newMatcher(usedIn("path"), nil)
	queryParts    = newMatcher(usedIn("query"), nil)
	locationParts = newMatcher(usedIn("location"), nil)
)

// byName and the others find what is compared as a whole, in lower case.
var (
	byName   = wholes("name")
	byValue  = wholes("value")
	byID     = wholes("id")
	byClass  = wholes("class")
	byForm   = wholes("form")
	byAttr   = wholes("attr")
	clusters = func() map[string]int { // class to bit
		m := map[string]int{}
		for _, l := range usedIn("cluster") {
			m[l.pattern] = len(m)
		}
		return m
	}()
)

// clusterLine is how many different classes of Amazon's style sheet make its
// look. Single ones have names that others use.
const clusterLine = 4

// pattern is a pattern of a matcher.
type pattern struct {
	sign  int
	where string
	size  int // in bytes, folded
}

type matcher struct {
	auto     *automaton
	patterns []pattern
}

func usedIn(where ...string) (rows []line) {
	for _, l := range lines {
		for _, w := range where {
			if l.where == w {
				rows = append(rows, l)
			}
		}
	}
	return rows
}

// quotationMarks begin and end what somebody else says.
var quotationMarks = []line{
	{where: "quote", pattern: "「"},
	{where: "quote", pattern: "『"},
	{where: "unquote", pattern: "」"},
	{where: "unquote", pattern: "』"},
}

func newMatcher(rows, more []line) *matcher {
	m := &matcher{}
	var folded []string
	for _, l := range append(rows, more...) {
		p := plainText(l.pattern)
		folded = append(folded, p)
		m.patterns = append(m.patterns, pattern{sign: l.sign, where: l.where, size: len(p)})
	}
	m.auto = newAutomaton(folded)
	return m
}

// in adds to s the signs whose patterns p contains.
func (m *matcher) in(p []byte, s *set) {
	m.auto.run(0, p, func(n uint16, _ int) { s.add(m.patterns[n].sign) })
}

// whole compares from the start, or as a whole.
type whole struct {
	exact  map[string]int
	starts []line // patterns that end in *
}

func wholes(where string) whole {
	w := whole{exact: map[string]int{}}
	for _, l := range usedIn(where) {
		l.pattern = strings.ToLower(l.pattern)
		if p, ok := strings.CutSuffix(l.pattern, "*"); ok {
			l.pattern = p
			w.starts = append(w.starts, l)
		} else {
			w.exact[l.pattern] = l.sign
		}
	}
	return w
}

// in adds to s the sign that p is.
func (w *whole) in(p []byte, s *set) {
	var room [2 * maxTagName]byte
	if len(p) == 0 {
		return
	}
	low := room[:0]
	for _, b := range p[:min(len(p), len(room))] {
		low = lower(low, b, len(room))
	}
	if i, ok := w.exact[string(low)]; ok && len(p) == len(low) {
		s.add(i)
	}
	for _, l := range w.starts {
		if strings.HasPrefix(string(low), l.pattern) {
			s.add(l.sign)
		}
	}
}

// glob reports whether s is p, * standing for anything.
func glob(p, s string) bool {
	first, rest, star := strings.Cut(p, "*")
	if !star {
		return s == p
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for {
		part, more, star := strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], more
	}
}

// titles and comments are compared by glob, folded.
var titles, comments = globs("title", ""), globs("comment", "*")

func globs(where, around string) (rows []line) {
	for _, l := range usedIn(where) {
		l.pattern = around + plainText(l.pattern) + around
		rows = append(rows, l)
	}
	return rows
}

func matchGlobs(rows []line, text string, s *set) {
	for _, l := range rows {
		if !s.has(l.sign) && glob(l.pattern, text) {
			s.add(l.sign)
		}
	}
}
