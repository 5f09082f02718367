package vocabulary

import (
	"bytes"
	"strings"
)

// Telling reports whether a name says what else than a secret its value is, in a word of
// its own: a kit that takes passwords calls them p, k or x as easily. One that has a word
// for a secret in it is not believed. Pages choose names at will, so that Telling may
// excuse a value, and never clears it.
func Telling(name []byte) bool {
	if len(name) == 0 || len(name) > MaxName {
		return len(name) > MaxName
	}
	switch Lookup(name).Class {
	case RegisterCue, Place, NotSignIn:
		return true
	case Other, Code, CodeWeak, ID, IDWeak, Mail, Card:
	default:
		return false
	}
	if Data(name) {
		return true
	}
	var buf [MaxName]byte
	n := bytes.TrimRight(Normalise(buf[:0], Leaf(name)), "0123456789")
	return len(n) > 3 && !hasAny(string(n), secretWords)
}

// Data reports whether a name is a word of the section data of vocabulary.txt or made with
// one: of a token, a time, the number of something, or what a person wrote or looked for.
// It is for names that [Lookup] has no other word for: it has "word", as in password.
func Data(name []byte) bool {
	if len(name) > MaxName {
		return true
	}
	var buf [MaxName]byte
	n := Normalise(buf[:0], Leaf(name))
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

// Vague reports whether a name says only that there is something. Alone it is one for a
// version, a time or an amount as often; of an address it says none of that.
func Vague(name []byte) bool {
	if len(name) > MaxName {
		return false
	}
	var buf [MaxName]byte
	switch string(Normalise(buf[:0], Leaf(name))) {
	case "", "a", "d", "t", "v", "x", "val", "value", "data", "args", "params", "payload":
		return true
	}
	return false
}

// secretWords are words of names that a name which says something else may have, too.
var secretWords = []string{"pass", "pw", "secret", "cred", "auth", "login", "key", "pin", "ango", "kagi", "himitsu"}

// hasAny reports whether one of words is in s.
func hasAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
