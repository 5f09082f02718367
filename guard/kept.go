package guard

import (
	"bytes"

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
		} else if bytes.EqualFold(name, []byte("database")) {
			r.sets |= setsPort
		}
	}
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
