package console

import (
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"
)

// draft is a message that nobody has sent. It has no sender: the program that opens
// it puts in its own.
type draft struct {
	to, subject, body string
	lang              string
	date              time.Time
}

// String is the draft as RFC 5322 and RFC 2045 have it, with X-Unsent, by which mail
// programs open it to be finished. Its subject and body may hold anything: the first
// becomes encoded-words (RFC 2047) as soon as it is more than plain text, a line end
// included, and the second is base64, so that neither can begin a header.
func (d draft) String() string {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	line("X-Unsent", "1")
	line("Date", d.date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	if d.to != "" {
		line("To", d.to)
	}
	line("Subject", encoded(d.subject))
	line("MIME-Version", "1.0")
	line("Content-Type", "text/plain; charset=utf-8")
	line("Content-Language", d.lang)
	line("Content-Transfer-Encoding", "base64")
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(d.body, "\n", "\r\n")))
	const width = 76 // RFC 2045, section 6.8
	for len(text) > width {
		b.WriteString(text[:width] + "\r\n")
		text = text[width:]
	}
	b.WriteString(text + "\r\n")
	return b.String()
}

// encoded writes a text of a header: as it is when it is plain and fits the line, and
// else as encoded-words of at most 75 characters (RFC 2047, section 2), each on a line.
func encoded(s string) string {
	const (
		width = 66 // with the header's name, the 78 of RFC 5322, section 2.1.1, or less
		most  = 39 // octets of text in a word, so that it has 64 characters: with the name, 76 at most
	)
	if len(s) <= width && !strings.Contains(s, "=?") && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) {
		return s
	}
	var words []string
	part := ""
	for _, c := range strings.ToValidUTF8(s, "\ufffd") {
		if len(part)+utf8.RuneLen(c) > most {
			words, part = append(words, part), ""
		}
		part += string(c)
	}
	words = append(words, part)
	for i, w := range words {
		words[i] = "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(w)) + "?="
	}
	return strings.Join(words, "\r\n ")
}
