package sink

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// param is a parameter of structured data.
type param struct{ name, value string }

// message is a syslog message, taken apart.
type message struct {
	priority                 int
	time                     time.Time
	host, app, process, kind string
	elements                 []string
	params                   map[string][]param // by element
	text                     string
}

var syslogHead = regexp.MustCompile(`^<([0-9]{1,3})>1 ([0-9TZ:.+-]+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) `)

// parseSyslog is strict about RFC 5424, section 6.
func parseSyslog(s string) (m message, err error) {
	head := syslogHead.FindStringSubmatch(s)
	if head == nil {
		return m, fmt.Errorf("no header: %q", s)
	}
	m.priority, _ = strconv.Atoi(head[1])
	if m.time, err = time.Parse("2006-01-02T15:04:05.999999Z07:00", head[2]); err != nil || m.priority > 191 {
		return m, fmt.Errorf("header %q: %v", head[0], err)
	}
	m.host, m.app, m.process, m.kind = head[3], head[4], head[5], head[6]
	rest := s[len(head[0]):]
	m.params = map[string][]param{}
	if strings.HasPrefix(rest, "-") {
		rest = rest[1:]
	} else {
		for strings.HasPrefix(rest, "[") {
			var id string
			if id, rest, err = m.element(rest[1:]); err != nil {
				return m, err
			}
			m.elements = append(m.elements, id)
		}
		if len(m.elements) == 0 {
			return m, fmt.Errorf("no structured data at %q", rest)
		}
	}
	if rest == "" {
		return m, nil
	}
	text, ok := strings.CutPrefix(rest, " ")
	if !ok {
		return m, fmt.Errorf("behind the structured data: %q", rest)
	}
	m.text = text
	return m, nil
}

var sdName = regexp.MustCompile(`^[!#-<>-\\^-~]{1,32}`) // printable ASCII less space, = ] and "

func (m *message) element(s string) (id, rest string, err error) {
	if id = sdName.FindString(s); id == "" || m.params[id] != nil {
		return "", "", fmt.Errorf("no id, or one that was there: %q", s)
	}
	if name, number, ok := strings.Cut(id, "@"); ok && (name == "" || strings.Trim(number, "0123456789") != "" || number == "") {
		return "", "", fmt.Errorf("id %q", id)
	} else if !ok && id != "origin" && id != "meta" && id != "timeQuality" {
		return "", "", fmt.Errorf("id %q is not registered", id)
	}
	s = s[len(id):]
	for {
		if rest, ok := strings.CutPrefix(s, "]"); ok {
			return id, rest, nil
		}
		name := sdName.FindString(strings.TrimPrefix(s, " "))
		value, ok := strings.CutPrefix(s, " "+name+`="`)
		if !ok || name == "" {
			return "", "", fmt.Errorf("no parameter: %q", s)
		}
		var text strings.Builder
		for {
			if value == "" {
				return "", "", fmt.Errorf("value without an end: %q", s)
			}
			c := value[0]
			value = value[1:]
			if c == '"' {
				break
			}
			if c == ']' {
				return "", "", fmt.Errorf("bare ] in %q", s)
			}
			if c == '\\' && value != "" && strings.IndexByte(`"\]`, value[0]) >= 0 {
				c, value = value[0], value[1:]
			}
			text.WriteByte(c)
		}
		m.params[id] = append(m.params[id], param{name, text.String()})
		s = value
	}
}

// wire checks what every line of text has to hold to.
func wire(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("not UTF-8: %q", s)
	}
	if i := strings.IndexFunc(s, unicode.IsControl); i >= 0 {
		return fmt.Errorf("control character at %d: %q", i, s)
	}
	return nil
}

// extension is the part of CEF behind the header.
type extension map[string]string

var cefKey = regexp.MustCompile(`^[a-zA-Z0-9]+=`)

// parseCEF is strict about the seven fields and the escapes of each part.
func parseCEF(s string) (fields []string, ext extension, err error) {
	s, ok := strings.CutPrefix(s, "CEF:0|")
	if !ok {
		return nil, nil, fmt.Errorf("no CEF: %q", s)
	}
	for len(fields) < 6 {
		var field strings.Builder
		for ; ; s = s[1:] {
			if s == "" {
				return nil, nil, fmt.Errorf("the header ends in field %d", len(fields))
			}
			if s[0] == '|' {
				s = s[1:]
				break
			}
			if s[0] == '\\' {
				if len(s) < 2 || s[1] != '\\' && s[1] != '|' {
					return nil, nil, fmt.Errorf("bad escape in header at %q", s)
				}
				s = s[1:]
			}
			field.WriteByte(s[0])
		}
		fields = append(fields, field.String())
	}
	ext = extension{}
	for s != "" {
		key := cefKey.FindString(s)
		if key == "" {
			return nil, nil, fmt.Errorf("no key at %q", s)
		}
		s = s[len(key):]
		var value strings.Builder
		for s != "" {
			if s[0] == ' ' && cefKey.MatchString(s[1:]) {
				s = s[1:]
				break
			}
			if s[0] == '=' {
				return nil, nil, fmt.Errorf("bare = at %q", s)
			}
			if s[0] == '\\' {
				if len(s) < 2 || s[1] != '\\' && s[1] != '=' {
					return nil, nil, fmt.Errorf("bad escape at %q", s)
				}
				s = s[1:]
			}
			value.WriteByte(s[0])
			s = s[1:]
		}
		key = strings.TrimSuffix(key, "=")
		if _, twice := ext[key]; twice {
			return nil, nil, fmt.Errorf("key %q twice", key)
		}
		ext[key] = value.String()
	}
	return fields, ext, nil
}
