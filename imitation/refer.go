package imitation

import (
	"bytes"
	"html"
)

// common are the references that pages are full of.
var common = []struct{ ref, text string }{
	{"&nbsp;", "\u00a0"}, {"&amp;", "&"}, {"&copy;", "©"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&raquo;", "»"}, {"&middot;", "·"},
}

// resolved appends text to dst, its character references resolved as by
// [html.UnescapeString].
func resolved(dst, text []byte) []byte {
next:
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst, text = append(dst, text[:i]...), text[i:]
		for _, c := range common {
			if len(text) >= len(c.ref) && string(text[:len(c.ref)]) == c.ref {
				dst, text = append(dst, c.text...), text[len(c.ref):]
				continue next
			}
		}
		end := len(text)
		if n := bytes.IndexByte(text[1:], '&'); n >= 0 {
			end = n + 1
		}
		dst, text = append(dst, html.UnescapeString(string(text[:end]))...), text[end:]
	}
}
