package lookalike

// searchDotted takes the brand torn apart by dots, of which the last label
// holds the first piece at its end: ama.zon-login.example, a.ma.zon.co.jp.example.
// Honest names come to this only if somebody called azon has a host called am:
// where the last piece is registered, there must be a word of sign-in with it.
func (v *view) searchDotted(first int) {
	if first == v.nparts || v.nlabels < 2 {
		return
	}
	for k := range brands[:short] {
		v.searchTorn(&brands[k])
	}
}

func (v *view) searchTorn(b *brand) {
	p := v.parts[v.nparts-1]
	at, found := begins(b.text, v.bytes(p))
	if !found || p.to != v.labels[v.nlabels-1].to {
		return
	}
	for label := int(p.label) - 1; label >= 0; label-- {
		i := v.firstOf(uint8(label))
		if i < 0 {
			return
		}
		p, s := v.parts[i], v.bytes(v.parts[i])
		rest := b.text[at:]
		if len(s) >= len(rest) && string(s[:len(rest)]) == rest {
			h := hit{
				brand: b, how: exact, part: uint8(i), from: p.from, to: p.from + uint16(len(rest)),
				right: describe(s[len(rest):]), dots: uint8(v.nlabels - 1 - label),
			}
			if h.right <= worded && (label > 0 || v.signinIn(0) > 0) {
				v.keep(h)
			}
			return
		}
		n, more := begins(rest, s)
		if !more || p.to != v.labels[label].to {
			return
		}
		at += n
	}
}

// begins reports whether s begins brand without being all of it, and how much
// of it there is.
func begins(brand string, s []byte) (n int, ok bool) {
	n = len(s)
	return n, n > 0 && n < len(brand) && brand[:n] == string(s)
}

// firstOf returns the first part of label if it begins there, else -1.
func (v *view) firstOf(label uint8) int {
	for i, p := range v.parts[:v.nparts] {
		if p.label == label && p.from == v.labels[label].from {
			return i
		}
	}
	return -1
}

// appendTorn appends h, which has dots in it, as it is written.
func (v *view) appendTorn(b []byte, h *hit) []byte {
	for label := v.parts[h.part].label + h.dots; label > v.parts[h.part].label; label-- {
		for i := v.nparts - 1; i >= 0; i-- {
			if p := v.parts[i]; p.label == label {
				b = append(append(b, v.bytes(p)...), '.')
				break
			}
		}
	}
	return append(b, v.text[h.from:h.to]...)
}
