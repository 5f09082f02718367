package guard

import (
	"bytes"
	"strings"
)

// mediaType splits a Content-Type. It is lenient where mime.ParseMediaType
// gives up, because a server may be lenient too.
func mediaType[T string | []byte](v T) (media, params string) {
	media, params, _ = strings.Cut(string(v), ";")
	return strings.ToLower(strings.TrimSpace(media)), params
}

// parameters returns every value of a parameter, in order: quoted, bare, or
// extended (RFC 8187), whatever the case of its name.
func parameters(params, name string) (values [][]byte) {
	for rest := params; rest != ""; {
		rest = strings.TrimLeft(rest, "; \t\r\n")
		eq := strings.IndexAny(rest, "=;")
		if eq < 0 {
			break
		}
		if rest[eq] == ';' {
			rest = rest[eq:]
			continue
		}
		key := strings.ToLower(strings.TrimSpace(rest[:eq]))
		var v []byte
		v, rest = parameter(strings.TrimLeft(rest[eq+1:], " \t"))
		switch {
		case key == name:
		case strings.TrimRight(key, "0123456789*") == name && strings.Contains(key, "*"):
			if i := bytes.LastIndexByte(v, '\''); i >= 0 {
				v = v[i+1:]
			}
			v = unescape(v, false)
		default:
			continue
		}
		values = append(values, v)
	}
	return values
}

// parameter reads one value and returns what follows it.
func parameter(s string) (v []byte, rest string) {
	if s == "" {
		return nil, ""
	}
	quote := s[0]
	if quote != '"' && quote != '\'' {
		end := strings.IndexByte(s, ';')
		if end < 0 {
			end = len(s)
		}
		return []byte(strings.TrimSpace(s[:end])), s[end:]
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case quote:
			return v, s[i+1:]
		case '\\':
			if i+1 < len(s) {
				i++
			}
		}
		v = append(v, s[i])
	}
	return v, ""
}
