package guard

import (
	"bytes"
	"net/netip"
)

// coded reports whether v has a form in which programs write with the marks of passwords:
// a colour, a selector or a class of CSS, the formula of a cell, a range of cells, a place in
// a document or a program, a numbered key, a block with a label, an address with its zone.
// No person's password is likely to have any: what has one is not counted, and a page could
// make its own of any password's form.
// Apps send these by the dozen. They are compared after others of their kind, so that a
// page cannot crowd a password out with them.
func coded(v []byte) bool {
	if len(v) < 4 {
		return false
	}
	switch c := v[0]; {
	case c == '#' && len(v) <= 9 && isHex(v[1:]), c == '=':
		return true
	case isDigit(c):
		rest := bytes.TrimLeft(v, "0123456789")
		return len(rest) > 0 && rest[0] == ':'
	case c == '$' || c == '{':
		return v[1] == '.' || v[1] == '{'
	}
	if i := bytes.IndexByte(v, '#'); i > 0 && bytes.IndexByte(v[:i], '/') >= 0 {
		return true
	}
	return selector(v) || moduleClass(v) || cells(v) || placed(v) || block(v) || zoned(v)
}

// moduleClass reports whether v is a class as tools name those of a component's own style
// sheet: the file, the class and five characters of a digest, Button_primary__aX3fK.
func moduleClass(v []byte) bool {
	names, digest, ok := bytes.Cut(v, []byte("__"))
	file, class, two := bytes.Cut(names, []byte{'_'})
	return ok && two && len(digest) == 5 && isWord(file) && isWord(class) && isWord(bytes.ReplaceAll(digest, []byte{'_'}, nil))
}

// isWord reports whether v is letters, digits and hyphens.
func isWord(v []byte) bool {
	return len(v) > 0 && !bytes.ContainsFunc(v, func(c rune) bool { return c >= 0x80 || c != '-' && !alphanumeric(byte(c)) })
}

// cells reports whether v is a range of cells in A1 notation, Orders!A2:C2, or a cell of
// a sheet that has its first name, Sheet1!A2. One cell of any sheet is not enough:
// Tanuki!JP77 is a password.
func cells(v []byte) bool {
	sheet, at, ok := bytes.Cut(v, []byte{'!'})
	if !ok || len(sheet) == 0 {
		return false
	}
	from, to, ok := bytes.Cut(at, []byte{':'})
	if ok {
		return cell(from) && cell(to)
	}
	n, ok := bytes.CutPrefix(sheet, []byte("Sheet"))
	return ok && len(n) > 0 && whole(n) && cell(at)
}

// cell reports whether v is a column and a row, either with a dollar sign before it.
func cell(v []byte) bool {
	v = bytes.TrimPrefix(v, []byte{'$'})
	row := bytes.TrimLeft(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	column := len(v) - len(row)
	row = bytes.TrimPrefix(row, []byte{'$'})
	return 1 <= column && column <= 3 && 1 <= len(row) && len(row) <= 7 && whole(row)
}

// placed reports whether v is a place in a program without its source, as reports of
// errors have them: ntdll.dll!RtlUserThreadStart+0x1f.
func placed(v []byte) bool {
	module, at, ok := bytes.Cut(v, []byte{'!'})
	i := bytes.LastIndex(at, []byte("+0x"))
	return ok && i > 0 && isHex(at[i+3:]) && bytes.IndexByte(module, '.') > 0
}

// selector reports whether v is the name of an element with classes or an id, and its
// number among its siblings, as in button#buy.Btn_root__aB3dE and div.card:nth-child(3).
func selector(v []byte) bool {
	for _, sibling := range [...]string{":nth-child(", ":nth-of-type("} {
		if from := bytes.Index(v, []byte(sibling)); from > 0 {
			number, rest, ok := bytes.Cut(v[from+len(sibling):], []byte{')'})
			return ok && whole(number) && len(rest) == 0 && (elements[string(v[:from])] || selector(v[:from]))
		}
	}
	i := 0
	for i < len(v) && ('a' <= v[i] && v[i] <= 'z' || i > 0 && isDigit(v[i])) {
		i++
	}
	if i == len(v) || v[i] != '#' && v[i] != '.' || !elements[string(v[:i])] && i > 0 {
		return false
	}
	last := byte(0)
	for _, c := range v[i:] {
		mark := c == '#' || c == '.'
		if !mark && c != '-' && c != '_' && c != '[' && c != ']' && !alphanumeric(c) || mark && (last == '#' || last == '.') {
			return false
		}
		last = c
	}
	return true
}

// elements are those of HTML that people click or type in, and what surrounds them.
var elements = wordSet(`a abbr article aside b body button canvas div dd dl dt em footer form h1 h2 h3 h4 h5 h6 header html i iframe
	img input label legend li main nav ol option p path section select small span strong summary svg table tbody td textarea th
	thead tr ul video`)

// block reports whether v is a name with labels and values in braces, as rules of CSS and
// what asks for series of measurements have them: .btn{color:#000309}, up{job="api"}[5m].
func block(v []byte) bool {
	from, to := bytes.IndexByte(v, '{'), bytes.LastIndexByte(v, '}')
	if from < 1 || to < from {
		return false
	}
	inside := v[from+1 : to]
	label := inside[:max(bytes.IndexAny(inside, ":="), 0)]
	return len(label) > 1 && len(label)+2 < len(inside) && isWord(bytes.ReplaceAll(label, []byte{'_'}, nil))
}

// zoned reports whether v is an address with its zone (RFC 4007, section 11): fe80::1%Eth0.
func zoned(v []byte) bool {
	if bytes.IndexByte(v, '%') < 0 || !bytes.HasPrefix(v, []byte("fe80:")) {
		return false
	}
	_, err := netip.ParseAddr(string(v))
	return err == nil
}
