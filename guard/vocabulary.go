package guard

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed vocabulary.txt
var vocabularyText string

// words is the vocabulary, which the file explains.
var words = mustVocabulary(vocabularyText)

// class is what a name says of the value.
type class uint8

const (
	other class = iota
	password
	passwordWeak
	newPassword
	confirmPassword
	oldPassword
	id
	idWeak
	mail
	code
	codeWeak
	otpCue
	signInCue
	registerCue
	card
	place
	notSignIn
)

// sections are the sections of the file that hold classes.
var sections = map[string]class{
	"password": password, "password-weak": passwordWeak, "new-password": newPassword,
	"confirm-password": confirmPassword, "old-password": oldPassword, "id": id, "id-weak": idWeak,
	"mail": mail, "code": code, "code-weak": codeWeak, "otp-cue": otpCue, "sign-in-cue": signInCue,
	"register-cue": registerCue, "card": card, "place": place, "not-sign-in": notSignIn,
}

// word is an entry of the vocabulary. Its spelling is that of the file, so it
// can be reported: it never holds bytes of a request.
type word struct {
	class    class
	spelling string
}

// stem is a "*word".
type stem struct {
	normal string
	word
}

type vocabulary struct {
	exact    map[string]word
	stems    [256][]stem // by last byte, longest first
	prefixes map[string]class
	amazon   map[string]string
	data     map[string]bool
	hint     [1 << 12]bool // by hintOf: false for most names that no map has
}

// hintOf is a hash of a few bytes, so that the names of telemetry, by the
// thousand, are not hashed in full.
func hintOf(name []byte) int {
	n := len(name)
	return (int(name[0])*67 + int(name[n-1])*31 + int(name[n/2])*7 + n*131) & (1<<12 - 1)
}

// maxName is the longest name that is looked up, in bytes. HTML has no limit,
// but generated names (ASP.NET, JSF) stay below it.
const maxName = 256

func mustVocabulary(text string) *vocabulary {
	v := &vocabulary{exact: map[string]word{}, prefixes: map[string]class{}, amazon: map[string]string{}, data: map[string]bool{}}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			for _, w := range strings.Fields(line) {
				if err := v.put(section, w); err != nil {
					panic(err) // the file is ours
				}
			}
		}
	}
	return v
}

func (v *vocabulary) put(section, w string) error {
	switch section {
	case "not":
		v.prefixes[w] = other
		return nil
	case "new":
		v.prefixes[w] = newPassword
		return nil
	case "confirm":
		v.prefixes[w] = confirmPassword
		return nil
	case "old":
		v.prefixes[w] = oldPassword
		return nil
	case "data":
		v.data[w] = true
		return nil
	case "amazon":
		v.amazon[w] = w
		v.hint[hintOf([]byte(w))] = true
		return nil
	}
	c, ok := sections[section]
	if !ok {
		return fmt.Errorf("vocabulary: section %q is unknown", section)
	}
	w, ends := strings.CutPrefix(w, "*")
	var buf [maxName]byte
	normal := string(normalise(buf[:0], []byte(w)))
	entry := word{c, w}
	if have, ok := v.exact[normal]; ok && have.class != c {
		return fmt.Errorf("vocabulary: %q is in two sections", w)
	} else if !ok {
		v.exact[normal] = entry
		v.hint[hintOf([]byte(normal))] = true
	}
	if ends {
		last := normal[len(normal)-1]
		v.stems[last] = append(v.stems[last], stem{normal, entry})
	}
	return nil
}

// lookup tells what a field of this name holds.
func (v *vocabulary) lookup(name []byte) word {
	if len(name) == 0 || len(name) > maxName {
		return word{}
	}
	var buf [maxName]byte
	whole := normalise(buf[:0], name)
	if w, ok := v.find(whole, name); ok {
		return w
	}
	leaf := leafOf(name)
	if len(leaf) == 0 || len(leaf) == len(name) {
		return word{}
	}
	if w, ok := v.find(normalise(buf[:0], leaf), leaf); ok {
		return w
	}
	// Symfony names the two fields of a new password x[password][first] and
	// x[password][second]; others end in [value].
	var w word
	if parent := name[:bytes.LastIndex(name, leaf)]; len(parent) > 0 {
		switch string(leaf) {
		case "first", "value", "text", "raw", "plain":
			w = v.lookup(bytes.TrimRight(parent, "[].:$/|"))
		case "second":
			if w = v.lookup(bytes.TrimRight(parent, "[].:$/|")); w.class == password {
				w.class = confirmPassword
			}
		}
	}
	return w
}

// find looks up a normalised name, then without the number at its end.
func (v *vocabulary) find(normal, name []byte) (word, bool) {
	if len(normal) == 0 {
		return word{}, false
	}
	if v.hint[hintOf(normal)] {
		if w, ok := v.exact[string(normal)]; ok {
			return w, true
		}
	}
	if w, ok := v.ending(normal, name); ok {
		return w, true
	}
	short := normal
	for len(short) > 0 && '0' <= short[len(short)-1] && short[len(short)-1] <= '9' {
		short = short[:len(short)-1]
	}
	if len(short) == len(normal) || len(short) == 0 {
		return word{}, false
	}
	if w, ok := v.exact[string(short)]; ok {
		return w, true
	}
	return v.ending(short, name)
}

// ending finds the longest stem that normal ends in.
func (v *vocabulary) ending(normal, name []byte) (found word, ok bool) {
	length := 0
	for _, s := range v.stems[normal[len(normal)-1]] {
		if len(s.normal) > length && len(normal) > len(s.normal) && string(normal[len(normal)-len(s.normal):]) == s.normal {
			found, length = s.word, len(s.normal)
		}
	}
	if length == 0 {
		return word{}, false
	}
	c, changed := v.prefixed(normal[:len(normal)-length], name)
	switch {
	case !changed:
	case c == other:
		return word{}, true
	case found.class == password:
		found.class = c
	}
	return found, true
}

// prefixed looks for a word that turns the meaning around: the whole prefix,
// or any part of the name as written, between separators and humps.
func (v *vocabulary) prefixed(prefix, name []byte) (class, bool) {
	if c, ok := v.prefixes[string(prefix)]; ok {
		return c, true
	}
	var buf [maxName]byte
	start := 0
	for i := 1; i <= len(name); i++ {
		if i < len(name) && alphanumeric(name[i]) && (!upper(name[i]) || upper(name[i-1])) {
			continue
		}
		if c, ok := v.prefixes[string(normalise(buf[:0], name[start:i]))]; ok {
			return c, true
		}
		start = i
	}
	return other, false
}

// leafOf returns the last part of a path: of user[password], a.b.password,
// ctl00$Main$password, ns:password.
func leafOf(name []byte) []byte {
	end := len(name)
	for end > 0 && (name[end-1] == ']' || name[end-1] == '[') {
		end--
	}
	for i := end - 1; i >= 0; i-- {
		switch name[i] {
		case '[', '.', '$', ':', '/', '|', ']':
			return name[i+1 : end]
		}
	}
	return name[:end]
}

// normalise appends name in lower case without punctuation, full-width letters
// made narrow. The result is never longer than name.
func normalise(dst, name []byte) []byte {
	for i := 0; i < len(name); {
		c := name[i]
		if c < utf8.RuneSelf {
			if upper(c) {
				c += 'a' - 'A'
			}
			if alphanumeric(c) {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(name[i:])
		i += size
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r = unicode.ToLower(r); !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != 'ー' {
			continue
		}
		if utf8.RuneLen(r) <= size {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || upper(c) || c >= utf8.RuneSelf
}
