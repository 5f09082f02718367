package guard

import (
	"bytes"

	"sekisho/guard/vocabulary"
)

// What says that a form sets up a connection: where it goes, and by which port. A wireless
// network has a name that says both.
const (
	setsHost uint8 = 1 << iota
	setsPort

	setsUp = setsHost | setsPort
)

// noteSetting notes the name of a field that nobody signs in with, but who sets up a mail
// box, an upload or a network does.
func (r *reader) noteSetting(name []byte) {
	name = vocabulary.Leaf(name)
	if i := bytes.LastIndexAny(name, "_-"); i >= 0 {
		name = name[i+1:]
	}
	switch len(name) {
	case 4:
		switch {
		case bytes.EqualFold(name, []byte("host")):
			r.sets |= setsHost
		case bytes.EqualFold(name, []byte("port")):
			r.sets |= setsPort
		case bytes.EqualFold(name, []byte("ssid")):
			r.sets |= setsUp
		}
	case 6:
		if bytes.EqualFold(name, []byte("server")) {
			r.sets |= setsHost
		}
	case 8:
		if bytes.EqualFold(name, []byte("hostname")) {
			r.sets |= setsHost
		}
	}
}

// keeps reports whether passwords are for something else than the site that they are sent
// to, which keeps them: a mail server, a network, a file that is shared.
func (r *reader) keeps(pw []value) bool {
	if r.cues[vocabulary.SignInCue] > 0 || len(r.amazon) >= 2 {
		return false
	}
	return len(pw) > 0 && r.sets == setsUp || len(pw) == 0 && len(r.kept) > 0
}
