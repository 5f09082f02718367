package imitation

import "bytes"

// placed returns what stands for the name in braces at p[i], and where the text
// goes on; 0 when it is nothing that is known.
func (s *script) placed(p []byte, i int) (value string, end int) {
	n := i
	for n < len(p) && n < i+2 && p[n] == '{' {
		n++
	}
	braces := n - i
	n += spaces(p[n:])
	name, size := identAfter(p[n:])
	n += size
	n += spaces(p[n:])
	if size == 0 || n+braces > len(p) || p[n] != '}' || p[n+braces-1] != '}' {
		return "", 0
	}
	if value = s.constants.of(name); value == "" {
		return "", 0
	}
	return value, n + braces
}

// joined returns the string of a name that is joined to the string that ends at
// p[i], a quote, and where what follows goes on.
func (s *script) joined(p []byte, i int) (value string, end int) {
	n, ok := sep(p, i+1)
	if !ok {
		return "", 0
	}
	name, size := identAfter(p[n:])
	if value = s.constants.of(name); value == "" {
		return "", 0
	}
	n += size
	if more, ok := sep(p, n); ok && more < len(p) && (p[more] == '"' || p[more] == '\'' || p[more] == '`') {
		return value, more + 1
	}
	return value, n
}

// sep reads what stands between things that are joined.
func sep(p []byte, i int) (int, bool) {
	i = min(i, len(p))
	i += spaces(p[i:])
	switch {
	case i < len(p) && (p[i] == '+' || p[i] == ','):
		i++
	case bytes.HasPrefix(p[i:], []byte(".concat(")):
		i += len(".concat(")
	default:
		return i, false
	}
	return i + spaces(p[i:]), true
}

// before returns the string of a name that the string which begins at p[i] is joined
// to.
func (s *script) before(p []byte, i int) string {
	at := back(p, i)
	switch {
	case at > 0 && (p[at-1] == '+' || p[at-1] == ','):
		at--
	case bytes.HasSuffix(p[:at], []byte(".concat(")):
		at -= len(".concat(")
	default:
		return ""
	}
	at = back(p, at)
	if at == 0 || !inIdent(p[at-1]) {
		return ""
	}
	return s.constants.of(identBefore(p, at))
}

// named reads a string's end that a name is joined to, and returns how many bytes.
func (s *script) named(p []byte, start, i int) int {
	value, end := s.joined(p, i)
	if end == 0 {
		return 0
	}
	s.emit(p[start:i])
	s.emit([]byte(value))
	return end - i
}

// insert looks at a quote that was read: it may begin a string that is kept, or that
// is joined to a name.
func (s *script) insert(p []byte, i int) {
	if i+3 < len(p) && brandPair(p[i+1:]) {
		s.assigned(p, i)
	}
	if s.constants != nil {
		if value := s.before(p, i); value != "" {
			s.emit([]byte(value))
		}
	}
}

// place reads a brace, and returns how many bytes.
func (s *script) place(p []byte, start, i int) int {
	value, end := s.placed(p, i)
	if end == 0 {
		s.emit(p[start : i+1])
		return 1
	}
	text := p[start:i]
	if n := len(text); n > 0 && (text[n-1] == '$' || text[n-1] == '%' || text[n-1] == '#') {
		text = text[:n-1]
	}
	s.emit(text)
	s.emit([]byte(value))
	return end - i
}
