package guard

import (
	"strings"

	"sekisho/guard/vocabulary"
)

// What says that a form sets up a connection: where it goes, and by which port or to which
// database. A wireless network has a name that says both.
const (
	setsHost uint8 = 1 << iota
	setsPort

	setsUp = setsHost | setsPort
)

// noteSetting notes the name of a field that nobody signs in with, but who sets up a mail
// box, an upload or a network does. Nearly all names end here with their last letter.
func (r *reader) noteSetting(name []byte) {
	for len(name) > 0 && name[len(name)-1] == ']' {
		name = name[:len(name)-1]
	}
	if len(name) < 4 {
		return
	}
	switch name[len(name)-1] | 0x20 {
	case 't':
		if lastWord(name, "host") {
			r.sets |= setsHost
		} else if lastWord(name, "port") {
			r.sets |= setsPort
		}
	case 'd':
		if lastWord(name, "ssid") {
			r.sets |= setsUp
		}
	case 'r':
		if lastWord(name, "server") {
			r.sets |= setsHost
		}
	case 'e':
		if lastWord(name, "hostname") {
			r.sets |= setsHost
		} else if lastWord(name, "database") {
			r.sets |= setsPort
		}
	}
}

// lastWord reports whether name, or what stands behind its last mark, is word in any case.
func lastWord(name []byte, word string) bool {
	n := len(name) - len(word)
	return n >= 0 && (n == 0 || !alphanumeric(name[n-1])) && strings.EqualFold(string(name[n:]), word)
}

// keeps reports whether passwords are for something else than the site that they are sent
// to, which keeps them or unlocks something by them: a mail server, a network, a file that
// is shared, which has no ID.
func (r *reader) keeps(pw []value, path string) bool {
	switch {
	case r.cues[vocabulary.SignInCue] > 0 || len(r.amazon) >= 2:
		return false
	case len(pw) == 0:
		return len(r.kept) > 0
	}
	return r.sets == setsUp || len(r.ids)+len(r.knownIDs) == 0 && has(path, "share", "download")
}
