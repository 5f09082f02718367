package console

import (
	"regexp"
	"strings"
	"time"

	"sekisho/hostname"
)

// defang keeps an address from being followed by a click or by a program.
func defang(s string) string { return strings.ReplaceAll(s, ".", "[.]") }

// address finds what programs make a link of within other words: a dot in front of
// more, and a scheme.
var address = regexp.MustCompile(`\.\b|(?i:http|ftp)s?:`)

// deaden defangs the addresses that are in sentences.
func deaden(texts []string) []string {
	for i, s := range texts {
		texts[i] = address.ReplaceAllStringFunc(s, func(found string) string {
			if found == "." {
				return "[.]"
			}
			return "[" + strings.TrimSuffix(found, ":") + "]:"
		})
	}
	return texts
}

// shownName is a name as pages have it.
type shownName struct {
	Host    string
	Letters string // what it shows, "" when that is the same
	Looks   string // says that it merely looks so
}

// NameOf returns the name of a host for a page.
func (w words) NameOf(host string) shownName {
	return shownName{host, letters(host), w.O("host.looks")}
}

// letters is what a name that is recorded in ASCII shows, "" when that is the same. It
// may look like another name, and is to stand beside what is recorded alone.
func letters(host string) string {
	if shown := hostname.Letters(host); shown != host {
		return shown
	}
	return ""
}

// zoned is a time with the zone that it is in.
func zoned(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 -07:00 (MST)") }
