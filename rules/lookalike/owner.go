package lookalike

import "strings"

// service reports whether the name is what Amazon itself keeps among its
// customers' names: amazon, words of its technical services and where they
// are, below amazonaws.com. A customer may choose such a name, but it says
// nothing that a shop's or a seller's visitor would follow.
// amazon-ssm-ap-northeast-1.s3.amazonaws.com, amazonlinux.default.amazonaws.com.
func (v *view) service() bool {
	rest, ok := strings.CutSuffix(strings.TrimSuffix(v.host, ".cn"), ".amazonaws.com")
	if !ok {
		return false
	}
	said := false
	first := rest
	for rest != "" {
		var word string
		i := strings.IndexAny(rest, ".-")
		if i < 0 {
			word, rest = rest, ""
		} else {
			word, rest = rest[:i], rest[i+1:]
		}
		word = strings.TrimPrefix(word, Brand)
		switch {
		case word == "", word == "s3", word == "dualstack", strings.Trim(word, "0123456789") == "":
		case lex.product[word]:
			said = true
		default:
			return false
		}
	}
	return said && strings.HasPrefix(first, Brand)
}

// operated reports whether the name is below a suffix whose owner names all
// hosts.
func (v *view) operated() bool {
	for s := v.host; ; {
		if lex.operators[s] {
			return true
		}
		_, rest, found := strings.Cut(s, ".")
		if !found {
			return false
		}
		s = rest
	}
}

// sharedBy returns the suffix that host shares with other customers of its
// owner, if there is one.
func sharedBy(host string) string {
	for s, found := host, true; found; _, s, found = strings.Cut(s, ".") {
		if lex.shared[s] {
			return s
		}
	}
	return ""
}
