package imitation

import (
	"bytes"
	"strconv"
)

// veil tells which text is not seen: that of an element that the page hides, and
// of what shows no text of its own or only one line of it. Filler is often there.
// Its words are judged all the same, since a script may show them, but it sets
// nothing that is seen apart; see [spots].
type veil struct {
	name  []byte // of the element; all text is seen when depth is 0
	depth int    // of elements of that name
	inner int    // of blocks that are open in it, or more
	style bool   // a style sheet hides it, as far as can be told
	shown int    // bytes of text that are seen
	sheet sheet
}

func (v *veil) open(t *tag) {
	switch {
	case empty[string(t.name)]:
	case v.depth > 0 && bytes.Equal(t.name, v.name):
		v.depth++
	case v.depth > 0:
		if !inline(t.name) {
			v.inner++
		}
	default:
		own := t.seen[attrHidden] || removed(t)
		if own || v.sheet.effect(t)&hides != 0 {
			v.name, v.depth, v.inner, v.style = append(v.name[:0], t.name...), 1, 0, !own
		}
	}
}

// close ends an element. The end of a block that was open before ends all that it
// has left open.
func (v *veil) close(name []byte) {
	switch {
	case v.depth == 0:
	case bytes.Equal(name, v.name):
		v.depth--
	case inline(name):
	case v.inner > 0:
		v.inner--
	default:
		v.depth = 0
	}
}

// field takes note of a field for a credential. Nobody fills it in where it is not
// seen, so that the style sheet has a rule that was not understood.
func (v *veil) field() {
	if v.style {
		v.depth = 0
	}
}

func (v *veil) text(n int) {
	if v.depth == 0 {
		v.shown += n
	}
}

// hidden reports whether an element says that it is not drawn.
func hidden(t *tag) bool {
	if t.seen[attrHidden] {
		return true
	}
	return t.seen[attrStyle] && has(plainStyle(t.get(attrStyle)), "display:none", "visibility:hidden", "visibility:collapse", "font-size:0")
}

// removed reports whether an element is drawn where nobody sees it, or so that
// nobody does, or not drawn for what it is.
func removed(t *tag) bool {
	switch string(t.name) {
	case "template", "datalist", "option", "canvas", "video", "audio", "object", "desc", "metadata":
		return true
	case "dialog", "details":
		return !t.seen[attrOpen]
	}
	return t.seen[attrStyle] && unseen(plainStyle(t.get(attrStyle)))
}

// unseen reports whether a style, in lower case and without blanks, leaves nothing
// to see. Where it is wrong, text counts as it would without this.
func unseen(style []byte) bool {
	for one := range bytes.SplitSeq(style, []byte(";")) {
		key, value, _ := bytes.Cut(one, []byte(":"))
		switch string(key) {
		case "display":
			return bytes.HasPrefix(value, []byte("none"))
		case "visibility", "content-visibility":
			if has(value, "hidden", "collapse") {
				return true
			}
		case "color":
			if has(value, "transparent") {
				return true
			}
		case "clip", "clip-path", "transform":
			if has(value, "rect(0", "rect(1px,1px", "inset(50%", "inset(100%", "circle(0", "scale(0)", "scale(0,", "scale3d(0", "(-9", "(-100%", "(-200%", "(-1000%", "(-1000", "(-2000", "(-5000") {
				return true
			}
		case "font-size", "height", "max-height", "width", "max-width", "opacity", "zoom", "scale", "line-height", "block-size", "inline-size":
			if n, ok := leading(value); ok && n >= 0 && n < 0.1 || bytes.HasPrefix(value, []byte("1px")) || bytes.HasPrefix(value, []byte("2px")) {
				return true
			}
		case "left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin", "translate", "inset":
			if n, ok := leading(value); ok && (n <= -400 || n >= 4000 || n <= -100 && has(value, "vw", "vh", "em")) {
				return true
			}
		}
	}
	return false
}

// leading reads the number that value begins with.
func leading(value []byte) (float64, bool) {
	end := 0
	for end < len(value) && (digit(value[end]) || value[end] == '.' || value[end] == '-' && end == 0) {
		end++
	}
	if end == 0 {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(value[:end]), 64)
	return n, err == nil
}

func has(style []byte, some ...string) bool {
	for _, s := range some {
		if bytes.Contains(style, []byte(s)) {
			return true
		}
	}
	return false
}

// empty are the elements without content (HTML, section 13.1.2).
var empty = index("area base br col embed hr img input link meta param source track wbr")
