package lookalike

import (
	"bytes"
	"strings"
)

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

// appendDetail appends the evidence in words, after the name itself: "imitates
// amazon.com: amozon is amazon with one letter replaced, with the word login".
func (v *view) appendDetail(b []byte, h *hit, technique, target string, points float64) []byte {
	verb := "imitates "
	if points < blockPoints {
		verb = "resembles "
	}
	b = append(append(append(b, verb...), target...), ": "...)
	if h == nil {
		w := v.best
		if w.worth == never && v.nhits > 0 {
			w = window{from: v.hits[0].from, to: v.hits[0].to}
		}
		b = append(b, v.text[w.from:w.to]...)
		return v.appendCompany(append(b, " reads much like amazon"...))
	}
	switch technique {
	case "wrong-registry":
		return v.appendRegistered(b, h)
	case "embedding":
		return v.appendEmbedded(b, h)
	case "misplaced-registry":
		b = v.appendRelation(b, h, technique)
		b = append(append(b, ", and stands where "...), h.brand.text...)
		return v.appendOwner(append(b, ".co.jp would"...), h)
	}
	if v.writtenOut(h) {
		return v.appendPlain(append(b, h.brand.text...), h)
	}
	return v.appendCompany(v.appendRelation(b, h, technique))
}

// writtenOut reports whether h is the brand in its own letters and script.
func (v *view) writtenOut(h *hit) bool {
	return h.how == exact && h.dots == 0 && !v.foreignScript(h) && string(v.text[h.from:h.to]) == h.brand.text
}

// appendPlain says what company the brand in its own letters keeps.
func (v *view) appendPlain(b []byte, h *hit) []byte {
	if v.ctx.nwords > 0 {
		return v.appendWords(append(b, " stands beside "...))
	}
	l := v.labels[v.parts[h.part].label]
	front, back := bytes.Trim(v.text[l.from:max(l.from, h.from)], "-_"), bytes.Trim(v.text[h.to:l.to], "-_")
	if len(front)+len(back) > 0 {
		b = append(b, " is joined to "...)
		b = append(b, front...)
		if len(front) > 0 && len(back) > 0 {
			b = append(b, " and "...)
		}
		b = append(b, back...)
	}
	if l.label > 0 {
		if len(front)+len(back) == 0 {
			b = append(b, " stands"...)
		}
		b = append(append(b, " in front of "...), v.ownDomain()...)
		return append(b, ", which is not Amazon's"...)
	}
	if len(front)+len(back) == 0 {
		b = append(b, " is the name"...)
	}
	return b
}

// appendCompany appends the words that count: ", with the words login and jp".
func (v *view) appendCompany(b []byte) []byte {
	if v.ctx.nwords == 0 {
		return b
	}
	return v.appendWords(append(b, ", with "...))
}

func (v *view) appendWords(b []byte) []byte {
	n := v.ctx.nwords
	if n == 1 {
		b = append(b, "the word "...)
	} else {
		b = append(b, "the words "...)
	}
	for i, w := range v.ctx.words[:n] {
		switch {
		case i > 0 && i == n-1:
			b = append(b, " and "...)
		case i > 0:
			b = append(b, ", "...)
		}
		b = append(b, v.text[w.from:w.to]...)
	}
	return b
}

// appendRegistered says of the brand alone, or with a registry's label, under
// whose suffix it is.
func (v *view) appendRegistered(b []byte, h *hit) []byte {
	if v.foreignScript(h) {
		b = append(v.appendRelation(b, h, ""), ", registered"...)
	} else {
		b = append(append(b, v.text[h.from:h.to]...), " is registered"...)
	}
	b = append(append(b, " under ."...), v.suffix...)
	if v.customers && !lex.hosting[v.suffix] {
		return append(b, ", perhaps by somebody else"...)
	}
	return append(b, " by somebody else"...)
}

// appendEmbedded says what of Amazon's is embedded in whose name.
func (v *view) appendEmbedded(b []byte, h *hit) []byte {
	if v.parts[h.part].label == 1 && v.borrowed(0) {
		b = append(append(b, h.brand.text...), " is a host of "...)
		return append(append(b, v.ownDomain()...), ", which only reads like a registry's suffix"...)
	}
	b = append(b, h.brand.text...)
	b = append(b, [...]string{registry: ".co.jp", commerce: ".com", country: ".jp"}[v.follows(h)]...)
	return v.appendOwner(append(b, " stands"...), h)
}

// appendOwner says whose domain h is in.
func (v *view) appendOwner(b []byte, h *hit) []byte {
	where := " in "
	if v.parts[h.part].label > 0 {
		where = " in front of "
	}
	return append(append(append(b, where...), v.ownDomain()...), ", which is not Amazon's"...)
}

// ownDomain returns the registrable domain.
func (v *view) ownDomain() string {
	own := v.host[:max(0, len(v.host)-len(v.suffix)-len("."))]
	return v.host[strings.LastIndexByte(own, '.')+1:]
}
