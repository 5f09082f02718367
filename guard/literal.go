package guard

import "bytes"

// maxLiteral is how far apart the quotes of a literal may be.
const maxLiteral = maxID + maxPassword

// literals gives the quoted strings of program text, and what precedes each
// as its name: {'e':'taro@example.jp','k':'…'}, f("…", "…"), e => `…`. What is
// in them is looked at only if one is a protected ID, or on a suspicious site:
// quotes stand in letters, too.
func (r *reader) literals(b []byte) {
	found := quoted(b)
	ours := r.hints.Suspicious
	for _, l := range found {
		ours = ours || (email(l.v) || phone(l.v)) && r.isKnown(l.v)
	}
	if !ours {
		return
	}
	for _, l := range found {
		r.at++
		r.unnamed(l.name, l.v)
	}
}

// quoted finds the strings between quotes of any kind, up to maxLabels.
func quoted(b []byte) (found []label) {
	name := noName
	for i := 0; i < len(b) && len(found) < maxLabels; i++ {
		q := b[i]
		if q != '\'' && q != '"' && q != '`' {
			continue
		}
		end := closing(b, i)
		if end < 0 {
			continue
		}
		v := b[i+1 : end]
		if bytes.IndexByte(v, '\\') >= 0 {
			v = jsonUnescape(v)
		}
		if next := bytes.TrimLeft(b[end+1:min(len(b), end+8)], " \t\r\n"); len(next) > 0 && (next[0] == ':' || next[0] == '=') {
			name = v
		} else {
			found = append(found, label{name, v})
			name = noName
		}
		i = end
	}
	return found
}

// closing returns where the string that opens at i ends, or -1.
func closing(b []byte, i int) int {
	for j := i + 1; j < len(b) && j-i <= maxLiteral; j++ {
		switch b[j] {
		case '\\':
			j++
		case '\n':
			return -1
		case b[i]:
			return j
		}
	}
	return -1
}

// maxBeside is how many strings before a protected ID may be its password.
const maxBeside = 8

// quotedBeside takes for candidates the strings in quotes after a protected address and
// before it, where text begins anywhere: what stands between two quotes is a string or is
// between two, and from the quotes of the address on one can tell.
func (r *reader) quotedBeside(b []byte) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '@')
		if i < 0 {
			return
		}
		at := from + i
		from = at + 1
		start, end, ok := r.knownAddress(b, at)
		if !ok || start == 0 || b[start-1] != '"' {
			continue
		}
		for _, l := range quoted(b[start-1 : min(len(b), end+aroundAfter)]) {
			r.at++
			r.unnamed(l.name, l.v)
		}
		before := b[max(0, start-1-aroundBefore) : start-1]
		for range maxBeside {
			end := bytes.LastIndexByte(before, '"')
			if end < 0 {
				break
			}
			begin := end - 1
			for begin >= 0 && (before[begin] != '"' || begin > 0 && before[begin-1] == '\\') {
				begin--
			}
			if begin < 0 {
				break
			}
			v := before[begin+1 : end]
			if bytes.IndexByte(v, '\\') >= 0 {
				v = jsonUnescape(v)
			}
			r.at++
			r.unnamed(noName, v)
			before = before[:begin]
		}
	}
}
