// Package vocabulary says what the name of a field tells of its value: a password, a
// sign-in ID, a one-time code, a part of an address, or nothing.
//
// The words are in vocabulary.txt, by classes, with their sources. A name is compared
// without its punctuation and case, first whole and then by its last part, so that
// user[password], ctl00$Main$txtPassword and PASSWORD are one word. Names are of a page's
// own choosing: what they say is evidence, and weighing it is left to the caller.
package vocabulary

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed vocabulary.txt
var vocabularyText string

// words is the vocabulary, which the file explains.
var words = mustVocabulary(vocabularyText)

// Class is what a name says of the value.
type Class uint8

// The classes, each a section of vocabulary.txt. A weak one is a word that has other
// meanings too (pass, user, pin); a cue tells what a form is for, whatever its value.
const (
	Other           Class = iota // the name says nothing, or that it is something else
	Password                     // the present one, to sign in with
	PasswordWeak                 // perhaps
	NewPassword                  // of a registration or a change
	ConfirmPassword              // its repetition
	OldPassword                  // the present one, where it is changed
	KeptPassword                 // of something that the site is given to use or to lock: a mail server, a network, a file
	ID                           // what one signs in with: a name, an address or a number
	IDWeak                       // perhaps, or the number of a record
	Mail                         // an e-mail address, which newsletters ask for too
	Code                         // a one-time code
	CodeWeak                     // perhaps, or that of a coupon
	OTPCue                       // a form for a one-time code
	SignInCue                    // a form for signing in
	RegisterCue                  // a form for an account or an order: a person's names, terms
	Card                         // payment
	Place                        // part of a postal address
	NotSignIn                    // a search, a newsletter, a comment
)

// sections are the sections of the file that hold classes.
var sections = map[string]Class{
	"password": Password, "password-weak": PasswordWeak, "new-password": NewPassword,
	"confirm-password": ConfirmPassword, "old-password": OldPassword, "id": ID, "id-weak": IDWeak,
	"mail": Mail, "code": Code, "code-weak": CodeWeak, "otp-cue": OTPCue, "sign-in-cue": SignInCue,
	"register-cue": RegisterCue, "card": Card, "place": Place, "not-sign-in": NotSignIn,
}

// IsPassword reports whether c is a password of any kind, weak words included: the present
// one, an old one, a new one or its repetition, or that of something else.
func (c Class) IsPassword() bool { return Password <= c && c <= KeptPassword }

// IsCode reports whether c is a one-time code, weak words included.
func (c Class) IsCode() bool { return c == Code || c == CodeWeak }

// Word is an entry of the vocabulary.
type Word struct {
	Class Class

	// Spelling is that of vocabulary.txt, so that it may be reported: it never holds
	// bytes of a request.
	Spelling string
}

// stem is a "*word".
type stem struct {
	normal string
	Word
}

type vocabulary struct {
	exact    map[string]Word
	stems    [256][]stem // by last byte, longest first
	prefixes map[string]Class
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

// MaxName is the longest name that is looked up, in bytes. HTML has no limit,
// but generated names (ASP.NET, JSF) stay below it.
const MaxName = 256

func mustVocabulary(text string) *vocabulary {
	v := &vocabulary{exact: map[string]Word{}, prefixes: map[string]Class{}, amazon: map[string]string{}, data: map[string]bool{}}
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
		v.prefixes[w] = Other
		return nil
	case "new":
		v.prefixes[w] = NewPassword
		return nil
	case "confirm":
		v.prefixes[w] = ConfirmPassword
		return nil
	case "old":
		v.prefixes[w] = OldPassword
		return nil
	case "kept":
		v.prefixes[w] = KeptPassword
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
	var buf [MaxName]byte
	normal := string(Normalise(buf[:0], []byte(w)))
	entry := Word{c, w}
	if have, ok := v.exact[normal]; ok && have.Class != c {
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

// Amazon reports whether name is one that only Amazon's own sign-in has, exactly as it
// is spelled there, and returns the spelling of the file. It does not allocate.
func Amazon(name []byte) (spelling string, ok bool) {
	if len(name) == 0 || !words.hint[hintOf(name)] {
		return "", false
	}
	spelling, ok = words.amazon[string(name)]
	return spelling, ok
}
