package imitation

import "bytes"

// maxJoint is how much white space may stand on each side of a plus.
const maxJoint = 64

// joins are the bytes that joint may find behind a quote.
var joins = func() (t [256]bool) {
	for b := range 256 {
		t[b] = b == '.' || b == '+' || blank(byte(b))
	}
	return t
}()

// joint returns the length of `" + "` or `".concat("` at the start of p, 0
// when p does not begin with one.
func joint(p []byte) int {
	i := 1
	switch {
	case len(p) < 3:
		return 0
	case p[1] == '.':
		if !bytes.HasPrefix(p[1:], []byte(".concat(")) {
			return 0
		}
		i += len(".concat(")
	case p[1] != '+' && !blank(p[1]):
		return 0
	default:
		i += spaces(p[i:])
		if i >= len(p) || p[i] != '+' {
			return 0
		}
		i++
	}
	i += spaces(p[i:])
	if i < len(p) && (p[i] == '"' || p[i] == '\'' || p[i] == '`') {
		return i + 1
	}
	return 0
}

func spaces(p []byte) int {
	for i, b := range p {
		if !blank(b) || i == maxJoint {
			return i
		}
	}
	return len(p)
}
