package guard

import "bytes"

// saying reports whether a name says what its value is, in a word of its own: a kit that
// takes passwords calls them p, k or x as easily. One that has a word for a secret in it is
// not believed.
func saying(name []byte) bool {
	if len(name) == 0 || len(name) > maxName {
		return len(name) > maxName
	}
	switch words.lookup(name).class {
	case registerCue, place, notSignIn:
		return true
	case other, code, codeWeak, id, idWeak, mail, card:
	default:
		return false
	}
	if speaks(name) {
		return true
	}
	var buf [maxName]byte
	n := bytes.TrimRight(normalise(buf[:0], leafOf(name)), "0123456789")
	return len(n) > 3 && !has(string(n), "pass", "pw", "secret", "cred", "auth", "login", "key", "pin", "ango", "kagi", "himitsu")
}

// speaks reports whether a name says that its value is no password: a token, a
// time, the number of something, or what a person wrote or looked for.
func speaks(name []byte) bool {
	if len(name) > maxName {
		return true
	}
	var buf [maxName]byte
	n := normalise(buf[:0], leafOf(name))
	if words.data[string(n)] {
		return true
	}
	for i := 1; i < len(n); i++ { // productId, x_csrf_token
		if len(n)-i >= 3 && words.data[string(n[i:])] || n[i-1] != 'r' && string(n[i:]) == "id" {
			return true
		}
	}
	for i := 4; i < len(n); i++ { // titleJa, order_1
		if words.data[string(n[:i])] {
			return true
		}
	}
	return false
}

// everyday reports whether v is of the words that programs have for their own things, and
// send by the dozen under names that say what they are: new-checkout-v2, tab_orders,
// tanaka.t, #inbox. Letters of one case, and digits in groups of their own or behind a
// letter; what people think up has more often a mark, a capital, or its digits at the end
// of a word.
func everyday(v []byte) bool {
	if len(v) > 1 && (v[0] == '@' || v[0] == '#') {
		v = v[1:]
	}
	small, capital, digits, joined := false, false, false, false
	for _, c := range v {
		switch {
		case 'a' <= c && c <= 'z':
			small = true
		case upper(c):
			capital = true
		case isDigit(c):
			digits = true
		case c == '-' || c == '_' || c == '.':
			joined = true
		default:
			return false
		}
	}
	return small != capital && (joined || !digits)
}

// numeral reports whether v is digits and what parts them, as a postal code.
func numeral(v []byte) bool {
	return !bytes.ContainsFunc(v, func(c rune) bool { return (c < '0' || c > '9') && c != '-' && c != '.' && c != ':' })
}
