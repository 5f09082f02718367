package escapes

// Line hides each "%" in the path of a request line of HTTP/1, wherever the network cuts
// the line: whether one begins an escape may not be known yet. The zero value stands at
// the beginning of a line.
type Line struct {
	// Bare leaves the bytes as they are.
	Bare bool
	// Fragment says that the path has a fragment. The request is to be refused, or
	// [Restore] would take it for what was hidden.
	Fragment bool

	at      place
	slashes int // of a URL
	pathful bool
}

type place uint8

const (
	atMethod place = iota
	atTarget       // its first byte
	atURL
	atPath
	behind // the path
)

// Hide takes the next bytes of the line, which it changes. They may lack the first, that of
// the method.
func (l *Line) Hide(p []byte) {
	for i, c := range p {
		if l.at == behind {
			return
		}
		l.step(c)
		if l.at != atPath {
			continue
		}
		switch c {
		case '%':
			if !l.Bare {
				p[i] = sign[0]
			}
		case sign[0]:
			l.Fragment = true
		}
	}
}

// Pathless reports whether the line, which is whole, names no path, as that of CONNECT.
func (l *Line) Pathless() bool { return !l.pathful }

// step takes the next byte, of which l.at then says where it stands.
func (l *Line) step(c byte) {
	switch {
	case l.at == atMethod && c == ' ':
		l.at = atTarget
	case l.at == atMethod:
	case c == '?' || c == ' ' || c == '\r':
		l.at = behind
	case l.at == atTarget && c == '/':
		l.at, l.pathful = atPath, true
	case l.at == atTarget:
		l.at = atURL
	case l.at == atURL && c == '/':
		// The third is behind the scheme and the authority.
		if l.slashes++; l.slashes == 3 {
			l.at, l.pathful = atPath, true
		}
	}
}
