package guard

import (
	"strings"

	"sekisho/hostname"
)

// maxSpelled is how many labels of a name are tried together as an address.
const maxSpelled = 12

// InspectHost looks for credentials in the labels of host alone, whatever is sent there:
// a page reaches its own servers under any name below its site's. known is as in [Hints].
func InspectHost(host hostname.Name, known func(id []byte) bool) Finding {
	f := Inspect(Head{Host: host, Method: "GET", Target: "/"}, nil, true, Hints{
		Known: known, Suspicious: true, Thorough: true,
	})
	labels := strings.Split(host.String(), ".")
	for _, label := range labels[:max(0, len(labels)-2)] { // below a site's own name
		if code := labelCode(label); code != nil {
			f.Codes = append(f.Codes, newSecret(code, InHead))
		}
	}
	if id := spelledID(host, known); id != nil {
		f.IDs = append(f.IDs, newSecret(id, InHead))
	}
	return f
}

// labelCode returns the six digits that a label is, perhaps behind a letter; nil for others.
// Most such are the number of a tenant, which it does no harm to leave unsaid.
func labelCode(label string) []byte {
	if len(label) == lateDigits+1 && !isDigit(label[0]) {
		label = label[1:]
	}
	if len(label) != lateDigits || !whole([]byte(label)) {
		return nil
	}
	return []byte(label)
}

// spelledID is the protected ID that labels of host are, with a point for its @, or one
// of them in hexadecimal or base32; nil if none is.
func spelledID(host hostname.Name, known func(id []byte) bool) []byte {
	if _, ip := host.Addr(); ip || known == nil {
		return nil
	}
	labels := strings.Split(host.String(), ".")
	labels = labels[:min(len(labels), maxSpelled)]
	for from, label := range labels {
		if id := labelText(make([]byte, 0, 64), label); id != nil && known(id) {
			return id
		}
		for at := from + 1; at < len(labels); at++ {
			for end := at + 2; end <= len(labels); end++ {
				id := []byte(strings.Join(labels[from:at], ".") + "@" + strings.Join(labels[at:end], "."))
				if known(id) {
					return id
				}
			}
		}
	}
	return nil
}
