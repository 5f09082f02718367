package imitation

import "bytes"

// The calls of a shuffled list by number go through functions that take the number
// among others and add something to it, one behind the other:
//
//	function _0x5a(a,b,c,d){return _0x39(d-0x2c7,b);}  …  _0x5a(0x386,0x388,0x3a3,0x3a1)

// Bounds of such functions.
const (
	maxArguments = 6
	maxWrappers  = 512
	maxWrapped   = 8 // how many call each other
)

// wrapper is such a function: what it calls, and with what.
type wrapper struct {
	callee string
	terms  []term
}

// term is an argument that is passed on: the one of a number, with something added.
type term struct{ argument, by int }

// wrapped keeps the functions that are defined in p.
func (s *shuffled) wrapped(p []byte) {
	for {
		_, rest, ok := bytes.Cut(p, []byte("function "))
		if !ok || len(s.wrappers) == maxWrappers {
			return
		}
		p = rest
		name, rest := cutIdent(rest)
		parameters, rest, ok := cutArguments(rest)
		if !ok {
			continue
		}
		rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " \n{"), []byte("return "))
		if !ok {
			continue
		}
		callee, rest := cutIdent(rest)
		passed, _, ok := cutArguments(rest)
		if !ok || len(callee) == 0 {
			continue
		}
		w := wrapper{callee: string(callee)}
		for _, a := range passed {
			w.terms = append(w.terms, termOf(a, parameters))
		}
		if s.wrappers == nil {
			s.wrappers = map[string]wrapper{}
		}
		s.wrappers[string(name)] = w
	}
}

// termOf reads "d-0x2c7", "d- -0x2c7", "d+0x2c7" or "d".
func termOf(p []byte, parameters [][]byte) (t term) {
	name, rest := cutIdent(p)
	t.argument = -1
	for i, one := range parameters {
		if bytes.Equal(name, one) {
			t.argument = i
		}
	}
	switch rest = bytes.TrimSpace(rest); {
	case len(rest) == 0:
		return t
	case rest[0] == '-' || rest[0] == '+':
		n, ok := signed(bytes.TrimSpace(rest[1:]))
		if rest[0] == '-' {
			n = -n
		}
		if t.by = n; ok {
			return t
		}
	}
	t.argument = -1
	return t
}

// number returns the number that a call comes to, or its number alone.
func (s *shuffled) number(call []byte) (int, bool) {
	if n, ok := signed(call); ok {
		return n, true
	}
	name, rest := cutIdent(call)
	arguments, _, ok := cutArguments(rest)
	var values []int
	for _, a := range arguments {
		n, is := signed(a)
		ok = ok && is
		values = append(values, n)
	}
	for range maxWrapped {
		w, is := s.wrappers[string(name)]
		if !is || !ok {
			break
		}
		var next []int
		for _, t := range w.terms {
			n := 0
			if t.argument >= 0 && t.argument < len(values) {
				n = values[t.argument] + t.by
			}
			next = append(next, n)
		}
		name, values, ok = []byte(w.callee), next, len(next) > 0
	}
	if !ok || len(values) == 0 {
		return 0, false
	}
	return values[0], true
}

// signed reads a hexadecimal number, with a minus or not.
func signed(p []byte) (int, bool) {
	digits, minus := bytes.CutPrefix(p, []byte("-"))
	digits, ok := bytes.CutPrefix(digits, []byte("0x"))
	n := int(hexRune(digits))
	if minus {
		return -n, ok && n >= 0
	}
	return n, ok && n >= 0
}

// cutIdent cuts off the name that begins p.
func cutIdent(p []byte) (name, rest []byte) {
	n := 0
	for n < len(p) && inIdent(p[n]) {
		n++
	}
	return p[:n], p[n:]
}

// cutArguments cuts off the arguments in brackets that begin p, none of them in
// brackets itself.
func cutArguments(p []byte) (arguments [][]byte, rest []byte, ok bool) {
	if len(p) == 0 || p[0] != '(' {
		return nil, p, false
	}
	end := bytes.IndexAny(p[1:], "()") + 1
	if end < 2 || p[end] != ')' {
		return nil, p, false
	}
	for a := range bytes.SplitSeq(p[1:end], []byte(",")) {
		if len(arguments) == maxArguments {
			return nil, p, false
		}
		arguments = append(arguments, bytes.TrimSpace(a))
	}
	return arguments, p[end+1:], true
}
