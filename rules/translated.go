package rules

import (
	"strings"

	"sekisho/hostname"
)

// translateSuffix is where Google shows translated pages, each on a host that
// is made of that of the page: www-amazon-co-jp.translate.goog. Only Google
// names hosts there.
const translateSuffix = ".translate.goog"

// translated returns the host whose pages n shows in translation. Hyphens
// stand for dots in it, two for a hyphen.
func translated(n hostname.Name) (hostname.Name, bool) {
	label, ok := strings.CutSuffix(n.String(), translateSuffix)
	if !ok || strings.Contains(label, ".") {
		return hostname.Name{}, false
	}
	host := strings.ReplaceAll(label, "--", "\x00")
	host = strings.ReplaceAll(host, "-", ".")
	of, err := hostname.Parse(strings.ReplaceAll(host, "\x00", "-"))
	return of, err == nil
}
