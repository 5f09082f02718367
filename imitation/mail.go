package imitation

import "bytes"

// The source of a mail is what somebody wrote, packed or not: mailboxes and tools that
// mails are reported to keep it in base64. Nobody makes a page of it.

// mailHead are the fields that a mail begins with (RFC 5322, section 3.6; RFC 2045).
var mailHead = index("from to cc date subject sender reply-to return-path received delivered-to message-id mime-version " +
	"content-type content-transfer-encoding dkim-signature authentication-results arc-seal")

// isMail reports whether p is the source of a mail: fields up to an empty line, two or
// more of them a mail's.
func isMail(p []byte) bool {
	seen := 0
	for len(p) > 0 {
		line, rest, _ := bytes.Cut(p, []byte("\n"))
		p = rest
		switch line = bytes.TrimSuffix(line, []byte("\r")); {
		case len(line) == 0:
			return seen >= 2
		case line[0] == ' ' || line[0] == '\t': // goes on with the field above
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t<(\"'") {
			return false
		}
		if mailHead[string(bytes.ToLower(name))] {
			seen++
		}
	}
	return false
}

// quotes reads the source of a mail: what it says is quoted.
func (d *document) quotes(p []byte) {
	in := newDocument(&findings{}, maxLevel, false)
	in.script.write(p[:min(len(p), d.found.packed)])
	in.script.end()
	said := in.script.said()
	said.words.join(&said.brand)
	for i := said.words.from(0); i < maxSigns; i = said.words.from(i + 1) {
		if signs[i].class == "brand" {
			d.found.set.add(i)
		} else {
			d.script.earlier.loose.add(i)
		}
	}
}
