package lookalike

import "strings"

// target returns the host that v wants to be taken for.
func (v *view) target() string {
	seller := v.ctx.seller
	for i := range v.nhits {
		seller = seller || v.hits[i].brand.seller
	}
	switch {
	case seller:
		return targetSeller
	case v.ctx.place || v.ctx.registry || v.suffix == "jp" || strings.HasSuffix(v.suffix, ".jp"):
		return targetJapan
	}
	return targetWorld
}

// appendDetail appends the evidence in words: "amozon ~ amazon + seller".
func (v *view) appendDetail(b []byte, h *hit, technique string) []byte {
	switch technique {
	case "wrong-registry":
		if label := v.parts[h.part].label; v.wears(label, spelt) || v.wears(label, transcribed) {
			b = append(v.appendWritten(b, h), " ~ "...)
		}
		b = append(append(b, h.brand.text...), " under ."...)
		return append(b, v.suffix...)
	case "embedding":
		return v.appendEmbedded(b, h)
	case "misplaced-registry":
		b = append(b, v.text[h.from:h.to]...)
		return v.appendEmbedded(append(b, " ~ "...), h)
	}
	from := len(b)
	b = v.appendWritten(b, h)
	if string(b[from:]) != h.brand.text {
		b = append(b, " ~ "...)
		b = append(b, h.brand.text...)
	}
	return v.appendWords(b)
}

// appendWords appends the words that count: " + seller".
func (v *view) appendWords(b []byte) []byte {
	for _, w := range v.ctx.words[:v.ctx.nwords] {
		b = append(b, " + "...)
		b = append(b, v.text[w.from:w.to]...)
	}
	return b
}

// appendEmbedded says what of Amazon's is embedded in whose name.
func (v *view) appendEmbedded(b []byte, h *hit) []byte {
	b = append(b, h.brand.text...)
	b = append(b, [...]string{registry: ".co.jp", commerce: ".com", country: ".jp"}[v.follows(h)]...)
	own := v.host[:max(0, len(v.host)-len(v.suffix)-len("."))]
	own = v.host[strings.LastIndexByte(own, '.')+1:]
	if v.parts[h.part].label > 0 {
		b = append(b, " in front of "...)
	} else {
		b = append(b, " in "...)
	}
	return append(b, own...)
}

// appendWritten appends h as it is written in the name; in a label of other
// scripts, the whole label as people see it.
func (v *view) appendWritten(b []byte, h *hit) []byte {
	if h.dots > 0 {
		return v.appendTorn(b, h)
	}
	label := v.parts[h.part].label
	if h.how == spoofed || v.wears(label, spelt) || v.wears(label, transcribed) {
		labels := strings.Split(v.name.Unicode(), ".")
		if i := len(labels) - 2 - strings.Count(v.suffix, ".") - int(label); i >= 0 {
			return append(b, labels[i]...)
		}
	}
	return append(b, v.text[h.from:h.to]...)
}
