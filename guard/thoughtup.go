package guard

import "bytes"

// What of the form of a value tells what people think up from what programs make and what
// shops give out.

// human reports whether v, which is no token, looks like what people think up for a
// password and programs hardly send: three kinds of characters or more, in one word.
func human(v []byte) bool {
	return likelihood(v) == likeMixed && !random(v) && v0(v) != '/' && len(v) <= 40
}

// odd reports whether v has a mark that names, paths, numbers of articles and times
// do not have.
func odd(v []byte) bool {
	return bytes.ContainsAny(v, "!#$%&*?@^~;<>|`\"'\\[]{}")
}

// alike is v, or what it has in common with others of its make: all but the digits,
// unless it is odd.
func alike(v []byte) string {
	if odd(v) {
		return string(v)
	}
	return string(bytes.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return '0'
		}
		return c
	}, v))
}

// oneWord reports whether v is no text and no path.
func oneWord(v []byte) bool {
	return v0(v) != '/' && !bytes.ContainsFunc(v, func(c rune) bool { return c <= ' ' || c >= 0x7f })
}

// random reports whether v is letters and digits mixed all through, as what a
// page makes anew for each request.
func random(v []byte) bool {
	return len(v) >= 8 && !bytes.ContainsFunc(v, func(c rune) bool { return c >= 0x7f || !alphanumeric(byte(c)) }) &&
		bytes.ContainsAny(v, "0123456789") && !thoughtUp(v)
}

// thoughtUp reports whether v could be a guess at a password rather than what
// programs send anew with each request, or what people write: one word of
// letters and digits in which few neighbours are of different kinds. Tokens are
// mixed all through; dates and counters have hardly a letter; messages have
// blanks, paths have slashes, and titles seldom have a digit.
func thoughtUp(v []byte) bool {
	if len(v) < minPassword || len(v) > 40 {
		return false
	}
	letters, digits, hex, turns := 0, 0, 0, 0
	var last byte
	for i, c := range v {
		var of byte
		switch {
		case c <= ' ' || c >= 0x7f:
			return false
		case '0' <= c && c <= '9':
			digits++
			of = '0'
		case 'a' <= c && c <= 'z':
			letters++
			of = 'a'
		case upper(c):
			letters++
			of = 'A'
		default:
			switch c {
			case '/', '\\', '<', '>', '{', '}', '[', ']', ',', ';', ':':
				return false
			}
		}
		if unhex(c) >= 0 {
			hex++
		}
		capital := i == 1 && last == 'A' && of == 'a'
		if i > 0 && of != last && of != 0 && last != 0 && !capital {
			turns++
		}
		last = of
	}
	return letters >= 3 && digits > 0 && 3*turns <= len(v) && (hex < len(v) || len(v) < 12)
}

// issued reports whether v is a code that a shop gives out, in groups of capitals and
// digits (AB12-CD34-EF56), or the name of a file.
func issued(v []byte) bool {
	if i := bytes.LastIndexByte(v, '.'); i > 0 {
		switch string(bytes.ToLower(v[i+1:])) {
		case "pdf", "xls", "xlsx", "csv", "doc", "docx", "ppt", "pptx", "zip", "txt", "jpg", "jpeg", "png", "gif", "webp", "svg", "mp4":
			return true
		}
	}
	groups := bytes.Split(v, []byte{'-'})
	for _, g := range groups {
		if len(g) < 3 || len(g) != len(groups[0]) || bytes.ContainsFunc(g, func(c rune) bool { return (c < 'A' || c > 'Z') && (c < '0' || c > '9') }) {
			return false
		}
	}
	return len(groups) > 2
}
