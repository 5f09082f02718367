package hostname

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxWire is the length of a name on the wire, root included, by RFC 1035,
// section 2.3.4.
const maxWire = 255

// FromWire reads the uncompressed DNS name at the start of wire (RFC 1035,
// section 3.1) and returns the number of octets that it takes. The only
// errors are those of form: a name that is cut off, that exceeds 255 octets,
// or that has a compression pointer or another label type. The root is the
// zero Name.
//
// A label of the DNS may hold any octet. The labels that [Parse] would take
// come out as from Parse, raw UTF-8 mapped included, so that both doors give
// one Name. Of any other label every octet that may not stand in a name, a dot
// within a label (\046) among them, is written as \DDD (RFC 1035, section 5.1),
// and so is the first of a number at the end, which would be an address. An
// A-label that is no valid encoding stays as it is: Parse refuses it, since no
// browser opens it, but the DNS answers it. It is a name of its own, is never
// decoded, and so never equals, nor is shown as, what it seems to encode. So
// the dots of a String are the boundaries of the labels, always; and
// [ParseRecorded] takes every String. A String has at most 1003 bytes.
//
// Names that differ on the wire may give one Name: it is to judge by, not a
// key for answers. wire is not kept.
func FromWire(wire []byte) (n Name, size int, err error) {
	var buf [maxWire]byte
	text := buf[:0]
	plain := true
	for {
		if size >= len(wire) {
			return Name{}, 0, invalid("", "it is cut off on the wire")
		}
		length := int(wire[size])
		size++
		switch {
		case length == 0:
			return fromLabels(wire[:size], string(text), plain), size, nil
		case length > maxLabel:
			return Name{}, 0, invalid("", "it has a label type other than a plain label")
		case size+length > len(wire):
			return Name{}, 0, invalid("", "it is cut off on the wire")
		case size+length >= maxWire:
			return Name{}, 0, invalid("", "it has more than 255 octets on the wire")
		}
		if len(text) > 0 {
			text = append(text, '.')
		}
		for _, c := range wire[size : size+length] {
			c = lowerByte(c)
			plain = plain && isLabelByte(c)
			text = append(text, c)
		}
		size += length
	}
}

// fromLabels returns the Name of wire, which is well-formed. text is the same
// joined with dots in lower case, fit to be a name if plain is true.
func fromLabels(wire []byte, text string, plain bool) Name {
	if text == "" || plain && !isNumeric(lastLabel(text)) {
		return Name{ascii: text}
	}
	text = wireText(wire, wireLabel)
	if !strings.Contains(text, `\`) {
		if n, reason := parse(text); reason == "" && n.ascii == text {
			return n
		}
		// Each label is fine but not all of them together: too long once
		// encoded, or left-to-right beside right-to-left (RFC 5893, section 2).
		text = wireText(wire, escape)
	}
	return Name{ascii: text}
}

// wireText joins the labels of wire, each rendered by label.
func wireText(wire []byte, label func(string) string) string {
	var b strings.Builder
	for i := 0; wire[i] != 0; {
		next := i + 1 + int(wire[i])
		s := label(string(wire[i+1 : next]))
		if wire[next] == 0 && isNumeric(s) {
			s = escapeFirst(s)
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s)
		i = next
	}
	return b.String()
}

// wireLabel renders one label as Parse would, and escapes it if it would not.
func wireLabel(label string) string {
	if !utf8.ValidString(label) {
		return escape(label)
	}
	s, reason := lower(label)
	if reason != "" || strings.Contains(s, ".") {
		return escape(label)
	}
	if flaw, _ := findFlaw(s); flaw != "" {
		return escape(label)
	}
	return s
}

// escape renders a label in lower case with every octet escaped that may not
// stand in a name.
func escape(label string) string {
	var b strings.Builder
	for i := range len(label) {
		if c := lowerByte(label[i]); isLabelByte(c) {
			b.WriteByte(c)
		} else {
			_, _ = fmt.Fprintf(&b, `\%03d`, c)
		}
	}
	return b.String()
}

// escapeFirst escapes the first octet of a label that has no escapes yet.
func escapeFirst(label string) string {
	return fmt.Sprintf(`\%03d`, label[0]) + label[1:]
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
