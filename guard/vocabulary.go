package guard

import (
	_ "embed"
	"fmt"
	"strings"
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
