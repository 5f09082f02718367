package imitation

import (
	"bytes"
	"strings"
)

// Bounds of the constants of a script.
const (
	maxConstants = 32 // later ones take the place of the first
	maxConstant  = 48 // bytes of the string
	maxIdent     = 32
)

// constants are the names under which a script keeps the brand's word, or a piece of
// it, to put it in where it is shown: `${b}サインイン`, b+"…", "".concat(b,"…"), and
// {{b}} in data. Other strings are not kept. A name means the last string that it
// was given, in whatever part of the script.
type constants struct {
	names  [maxConstants]string
	values [maxConstants]string // folded
	next   int
}

// brandWords are what a constant is a piece of, or has in it.
var brandWords = func() (words []string) {
	for _, l := range usedIn("brand") {
		words = append(words, plainText(l.pattern))
	}
	return words
}()

// brandPairs has the two bytes that a piece of such a word begins with, in small letters
// or capitals.
var brandPairs = func() (t [1 << 16]bool) {
	begins := map[[2]byte]bool{}
	for _, w := range brandWords {
		for i := range len(w) - 1 {
			begins[[2]byte{w[i], w[i+1]}] = true
		}
	}
	for n := range t {
		t[n] = begins[[2]byte{foldByte(byte(n >> 8)), foldByte(byte(n))}]
	}
	return t
}()

// brandPair reports whether v, of two bytes or more, begins so.
func brandPair(v []byte) bool { return brandPairs[uint16(v[0])<<8|uint16(v[1])] }

// brandPart reports whether a string begins with the brand's word, or is three
// letters of it or more.
func brandPart(v []byte) bool {
	if len(v) < 3 || !brandPair(v) || v[0] >= 0x80 && !brandWide(v) {
		return false
	}
	plain := plainText(string(v))
	for _, w := range brandWords {
		if strings.HasPrefix(plain, w) || strings.Contains(w, plain) {
			return true
		}
	}
	return false
}

// brandWide is the same for the first character of three bytes.
func brandWide(v []byte) bool {
	for _, w := range brandWords {
		for i := 0; i+3 <= len(w) && w[0] >= 0x80; i += 3 {
			if string(v[:3]) == w[i:i+3] {
				return true
			}
		}
	}
	return false
}

// assigned keeps the string that begins at p[i], a quote, under the name before it.
func (s *script) assigned(p []byte, i int) {
	at := back(p, i)
	if at == 0 || p[at-1] != '=' && p[at-1] != ':' {
		return
	}
	text := pieces(p[i:])
	if len(text) < 2 || !brandPart(text) {
		return
	}
	name, value := string(identBefore(p, back(p, at-1))), plainText(string(text))
	if name == "" {
		return
	}
	if s.constants == nil {
		s.constants = &constants{}
	}
	k := s.constants
	k.names[k.next%maxConstants], k.values[k.next%maxConstants] = name, value
	k.next++
}

// pieces returns the string that p begins with, at a quote, and those that a plus joins
// to it; nil when that is too long to be kept.
func pieces(p []byte) (text []byte) {
	for {
		quote := p[0]
		p = p[1:]
		end := bytes.IndexByte(p[:min(len(p), maxConstant+1)], quote)
		if end < 0 || len(text)+end > maxConstant {
			return nil
		}
		n := joint(p[end:])
		if n == 0 && text == nil {
			return p[:end]
		}
		if text = append(text, p[:end]...); n == 0 {
			return text
		}
		p = p[end+n-1:]
	}
}

// of returns the string of a name, "" when it has none.
func (k *constants) of(name []byte) string {
	if len(name) == 0 {
		return ""
	}
	for i := min(k.next, maxConstants) - 1; i >= 0; i-- {
		if k.names[i] == string(name) {
			return k.values[i]
		}
	}
	return ""
}

// back returns where the white space before p[i] begins.
func back(p []byte, i int) int {
	for n := 0; i > 0 && n < maxJoint && blank(p[i-1]); n++ {
		i--
	}
	return i
}

// identBefore returns the name that ends before p[i], in quotes or not; of a path
// its last part.
func identBefore(p []byte, i int) []byte {
	if i > 0 && (p[i-1] == '"' || p[i-1] == '\'') {
		i--
	}
	from := i
	for from > 0 && i-from <= maxIdent && inIdent(p[from-1]) {
		from--
	}
	if i-from > maxIdent {
		return nil
	}
	return p[from:i]
}

// identAfter returns the name that p begins with, of a path the last part, and how
// many bytes it all is.
func identAfter(p []byte) (name []byte, size int) {
	from, n := 0, 0
	for n < len(p) && n < 2*maxIdent && (inIdent(p[n]) || p[n] == '.') {
		if p[n] == '.' {
			from = n + 1
		}
		n++
	}
	return p[from:n], n
}

func inIdent(b byte) bool { return letter(b) && b < 0x80 || digit(b) || b == '_' || b == '$' }
