package lookalike

import (
	"strings"

	"sekisho/hostname"
)

// Limits of a view. ASCII names stay within the first two; of other scripts,
// which may become longer, what lies beyond is to the left, so that labels put
// in front of a name hide nothing of it.
const (
	maxText  = 640
	maxParts = 128
	maxHits  = 6
)

// part is a run of text between dots and hyphens.
type part struct {
	from, to uint16 // in view.text
	label    uint8  // which label, counted from the right; the registrable is 0
}

// hit is a part, or what is left of it without known words, that is a brand
// or nearly one.
type hit struct {
	brand    *brand
	how      how
	from, to uint16 // the written form, in view.text
	part     uint8  // the part it lies in, the last one if it spans two
	// left and right tell what else the part holds.
	left, right rest
	// similar tells that it is probably the beginning of another word.
	similar bool
	// dots is how many dots it is written with. What stands before the last
	// one is not between from and to.
	dots uint8
}

// rest is what a part holds beside a brand.
type rest uint8

const (
	empty    rest = iota // nothing, or digits
	worded               // words of the lexicon
	lettered             // at most two letters
	other                // something else
)

// view is a host name taken apart once for every technique. It lives on the
// stack of [MatchBelow] unless it has a hit.
type view struct {
	name         hostname.Name
	host, suffix string
	customers    bool // the name is below a suffix that the caller named
	brief        bool // one hit is enough

	text    [maxText]byte // labels from the right, in ASCII, each as written
	size    int
	parts   [maxParts]part
	nparts  int
	hits    [maxHits]hit
	nhits   int
	scripts [allScripts]uint64 // bit by label: what characters beyond ASCII do in it

	labels  [maxParts]span // from the right
	nlabels int
	best    window // of all labels
	own     window // of the registrable label
	other   window // of the labels before it
	second  int16  // what the second best of all labels is worth
	grams   int32  // the sum of the n-grams
	ngrams  int    // of how many labels

	ctx  context
	said opinion // of the techniques, when it was last asked for
	desk *desk   // what was found already, nil until something is
}

// set prepares v for the labels of n without the suffix, and returns these as
// n holds them and as people see them; the latter only if any is of other
// scripts.
func (v *view) set(n hostname.Name, suffix string) (head string, unicode []string) {
	v.name, v.host, v.suffix = n, n.String(), suffix
	v.best.worth, v.own.worth, v.other.worth, v.second = never, never, never, never
	head = v.host
	if suffix != "" {
		head = v.host[:max(0, len(v.host)-len(suffix)-len("."))]
	}
	if _, ip := n.Addr(); ip || head == "" {
		return "", nil
	}
	if strings.Contains(head, "xn--") {
		unicode = strings.Split(n.Unicode(), ".")
		unicode = unicode[:min(len(unicode), strings.Count(head, ".")+1)]
	}
	return head, unicode
}

// addLabel appends the parts of one label, and what they hit.
func (v *view) addLabel(s string, unicode []string) {
	label := uint8(v.nlabels)
	from := v.size
	if i := len(unicode) - 1 - int(label); i >= 0 && unicode[i] != s {
		text, worn := romanize(v.text[v.size:v.size:maxText], Skeleton(transliterate(unicode[i])))
		v.size = min(v.size+len(text), maxText)
		if s := scriptsOf(unicode[i]); worn == plain || s != whole && s != mixed {
			worn = s
		}
		if label < 64 {
			v.scripts[worn] |= 1 << label
		}
	} else {
		v.size += copy(v.text[v.size:], s)
	}
	v.labels[label] = span{uint16(from), uint16(v.size), label}
	v.nlabels++
	first := v.nparts
	for from < v.size && v.nparts < maxParts {
		to := from
		for to < v.size && v.text[to] != '-' && v.text[to] != '_' {
			to++
		}
		if to > from {
			v.parts[v.nparts] = part{uint16(from), uint16(to), label}
			v.nparts++
		}
		from = to + 1
	}
	for i := first; i < v.nparts; i++ {
		if v.search(i, i > first); v.brief && v.nhits > 0 {
			return
		}
	}
	v.searchSpread(first)
	v.searchDotted(first)
}

func (v *view) bytes(p part) []byte { return v.text[p.from:p.to] }

// search looks for brands in part i, and in it joined to the part before it.
func (v *view) search(i int, joined bool) {
	p := v.parts[i]
	s := v.bytes(p)
	h := v.find(s)
	if h.how == none && joined && !v.hitIn(i-1) {
		h = v.searchJoined(i)
		p.from = 0
	}
	if h.how == none {
		return
	}
	h.part = uint8(i)
	h.from += p.from
	h.to += p.from
	if h.how <= folded && (v.wears(p.label, mixed) || v.wears(p.label, whole) || v.wears(p.label, misspelt)) {
		h.how = spoofed
	}
	if word := v.otherWord(&h); word != innocent {
		h.similar = word == similar
		if h.how == exact {
			h.widen(v.text[h.from:v.parts[h.part].to])
		}
		if h.brand.seller && h.how != exact && centre(v.text[h.from:h.to]) {
			h.similar = true
		}
		v.keep(h)
	}
}

// hitIn reports whether part i has a hit.
func (v *view) hitIn(i int) bool {
	for k := range v.nhits {
		if int(v.hits[k].part) == i {
			return true
		}
	}
	return false
}

// keep remembers h. When there are too many hits, it takes the place of one
// that is worth less.
func (v *view) keep(h hit) {
	if h.brand.seller && v.otherCentral(v.parts[h.part].label) {
		return
	}
	if v.nhits < maxHits {
		v.hits[v.nhits] = h
		v.nhits++
		return
	}
	least := 0
	for i := range v.hits {
		if v.worth(&v.hits[i]) < v.worth(&v.hits[least]) {
			least = i
		}
	}
	if v.worth(&v.hits[least]) < v.worth(&h) {
		v.hits[least] = h
	}
}

// searchJoined takes a brand that a hyphen was put into: ama-zon,
// seller-central. It must be all of both parts.
func (v *view) searchJoined(i int) hit {
	a, b := v.bytes(v.parts[i-1]), v.bytes(v.parts[i])
	if len(a)+len(b) > maxCore || len(a) < 2 && len(b) < 2 {
		return hit{}
	}
	var joint [maxCore]byte
	s := joint[:copy(joint[:], a)+copy(joint[len(a):], b)]
	h := hit{from: v.parts[i-1].from, to: v.parts[i].to}
	if string(s) == Brand {
		h.brand, h.how = &brands[retail], exact
		return h
	}
	if !sellerish(s) {
		return hit{}
	}
	for k := range brands[:retail] {
		if h.how = compare(s, brands[k].text); h.how != none {
			h.brand = &brands[k]
			return h
		}
	}
	return hit{}
}

// fills reports whether h is all of its label.
func (v *view) fills(h *hit) bool {
	p := v.parts[h.part]
	for _, q := range v.parts[:v.nparts] {
		if q.label == p.label && (q.from < min(p.from, h.from) || q.to > p.to) {
			return false
		}
	}
	return h.from <= p.from && h.to == p.to
}
