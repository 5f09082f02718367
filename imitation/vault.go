package imitation

import "bytes"

// vault keeps strings and lists of numbers of a script that say nothing as they
// stand, up to the end of the script: their pieces, and the key to them, may come
// after.
type vault struct {
	data   []byte
	parts  []part
	keys   [][]rune // short lists of numbers
	closed int      // where in the script the last part ended; 0 for none
	list   bool     // a list of numbers is being collected
	from   int      // where in data it begins
}

// part is a piece of data: data[from:to].
type part struct {
	from, to int
	next     bool // it follows the one before at once, as in a list
	read     bool // by itself it has been looked at
}

// Bounds of a vault. When it is full, it is opened.
const (
	maxVault  = 256 << 10
	maxParts  = 256
	maxKeys   = 32
	maxComma  = 8  // what may stand between pieces of a list
	minScript = 16 // bytes between strings that may hold a list of numbers
	minPart   = 24 // bytes of a string, and numbers of a list, worth a look
)

// means reports whether a string that begins so may be packed: there is nothing
// but letters and digits, or numbers, or percent encoding.
func (s *script) means(p []byte) bool {
	p = p[:min(len(p), maxPackHead)]
	need := maxPackHead
	if s.follows() {
		need = 1
	}
	if len(p) < need {
		return false
	}
	if need > 2 && p[0] == '%' && (p[1] == 'u' || hex(p[1]) >= 0 && hex(p[2]) >= 0) {
		return true
	}
	for i, b := range p[:need] {
		if !inAlphabet[b] {
			return i > 0 && numeric(p[:need])
		}
	}
	return true
}

// numeric reports whether p may begin numbers with something between them.
func numeric(p []byte) bool {
	for _, b := range p {
		if b >= 0x7f || letter(b) || b == '"' || b == '\'' {
			return false
		}
	}
	return digit(p[0])
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// inAlphabet has the bytes of base64, of either alphabet.
var inAlphabet = func() (t [256]bool) {
	for b := range 256 {
		t[b] = letter(byte(b)) && b < 0x80 || digit(byte(b)) || b == '+' || b == '/' || b == '=' || b == '-' || b == '_'
	}
	return t
}()

// follows reports whether a piece has just ended.
func (s *script) follows() bool {
	return s.vault.closed > 0 && s.total-s.vault.closed <= maxComma
}

// store keeps a string that ends here; read says that it has been looked at.
func (s *script) store(p []byte, read bool) {
	v := &s.vault
	next := len(v.parts) > 0 && v.closed > 0 && s.total-len(p)-v.closed <= maxComma+2
	if len(p) < minPart && !next {
		return
	}
	if len(v.parts) == maxParts || len(v.data)+len(p) > maxVault {
		s.unlock()
		next = false
	}
	if len(p) > maxVault {
		if !read {
			s.page.peel(p, nil, maxLayers)
		}
		return
	}
	v.parts = append(v.parts, part{len(v.data), len(v.data) + len(p), next, read})
	v.data = append(v.data, p...)
	v.closed = s.total
}

// lists looks for lists of numbers in p, which is script between strings.
func (s *script) lists(p []byte) {
	v := &s.vault
	if s.page == nil || s.page.level == maxLevel || s.pack.quote != 0 {
		v.list = false
		return
	}
	for len(p) > 0 {
		if !v.list {
			i := opening(p)
			if i < 0 {
				return
			}
			p = p[i:]
			v.list, v.from = true, len(v.data)
		}
		n := 0
		for n < len(p) && inList[p[n]] {
			n++
		}
		v.data = append(v.data, p[:min(n, maxVault-len(v.data))]...)
		if p = p[n:]; len(p) > 0 {
			s.endList()
		}
	}
}

// opening returns where in p a list of numbers begins, -1 if nowhere.
func opening(p []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(p[at:], '[')
		if i < 0 {
			return -1
		}
		at += i + 1
		if at == len(p) || inList[p[at]] && !letter(p[at]) {
			return at
		}
	}
}

// inList has the bytes of a list of numbers, decimal or hexadecimal.
var inList = func() (t [256]bool) {
	for _, b := range []byte("0123456789abcdefABCDEFxX,- \t\r\n") {
		t[b] = true
	}
	return t
}()

// endList keeps a list of numbers that has ended: as a key when it is short.
func (s *script) endList() {
	v := &s.vault
	p := v.data[v.from:]
	v.list = false
	n := bytes.Count(p, []byte(",")) + 1
	if n >= minPart && len(v.parts) < maxParts {
		v.parts = append(v.parts, part{from: v.from, to: len(v.data)})
		v.closed = 0
		return
	}
	if n > 1 && n < minPart && len(v.keys) < maxKeys {
		if key := numbers(p); len(key) > 1 {
			v.keys = append(v.keys, key)
		}
	}
	v.data = v.data[:v.from]
}

// unlock looks at what was kept: at pieces that follow each other as a whole and
// each by itself.
func (s *script) unlock() {
	v := &s.vault
	if v.list {
		s.endList()
	}
	for i := 0; i < len(v.parts); {
		end := i + 1
		for end < len(v.parts) && v.parts[end].next {
			end++
		}
		if end > i+1 {
			s.page.peel(v.data[v.parts[i].from:v.parts[end-1].to], v.keys, maxLayers)
			s.each(v.parts[i:end])
		}
		for ; i < end; i++ {
			if p := v.parts[i]; !p.read && p.to-p.from >= minPart {
				s.page.peel(v.data[p.from:p.to], v.keys, maxLayers)
			}
		}
	}
	v.data, v.parts, v.keys, v.closed = v.data[:0], v.parts[:0], v.keys[:0], 0
}

// each looks at pieces that are in base64 each by itself, as padding in the middle of
// them tells.
func (s *script) each(parts []part) {
	v := &s.vault
	if last := parts[len(parts)-1]; bytes.IndexByte(v.data[parts[0].from:last.from], '=') < 0 {
		return
	}
	for _, undo := range []func([]byte) []byte{bytes.Clone, swapped} {
		var all []byte
		for _, p := range parts {
			all = append(all, fromBase64(undo(v.data[p.from:p.to]))...)
		}
		if isText(all) && bytes.IndexByte(all, '<') >= 0 {
			s.page.nest(all)
			return
		}
	}
}
