package guard

import (
	"bytes"
	"slices"

	"sekisho/guard/vocabulary"
)

// secrets copies the values of lists, each once, up to most.
func secrets(most int, lists ...[]value) (out []Secret) {
	for _, list := range lists {
		out = moreSecrets(out, most, list)
	}
	return out
}

// moreSecrets adds the values of list that have lacks, up to most in all.
func moreSecrets(have []Secret, most int, list []value) []Secret {
	for _, v := range list {
		if i := slices.IndexFunc(have, func(s Secret) bool { return bytes.Equal(s.Bytes(), v.v) }); i >= 0 {
			have[i].place = min(have[i].place, v.place)
		} else if len(have) < most {
			have = append(have, newSecret(v.v, v.place))
		}
	}
	return have
}

// distinct counts the different values of lists, up to most.
func distinct(most int, lists ...[]value) int {
	var seen [][]byte
	for _, list := range lists {
		for _, v := range list {
			if len(seen) == most {
				return most
			}
			if !slices.ContainsFunc(seen, func(s []byte) bool { return bytes.Equal(s, v.v) }) {
				seen = append(seen, v.v)
			}
		}
	}
	return len(seen)
}

// crowded reports whether candidates, of which the first five lists are
// passwords by name, were left out, and those by name are more than a form has.
// Values of other names are left out of many a request: see hidden.
func crowded(most int, candidates [][]value) bool {
	return distinct(formPasswords+1, candidates[:5]...) > formPasswords &&
		distinct(most+1, candidates...) > most
}

// fields names the fields by words of ours: those of the vocabulary, and what the page says
// that a field is for, which is one of purposes.
func (r *reader) fields() (out []string) {
	for _, list := range [][]value{r.knownIDs, r.ids, r.passwords, r.olds, r.news, r.confirms, r.kept, r.codes} {
		for _, v := range list {
			name := v.word
			if name == "" {
				name = "(other)"
			}
			if len(out) < maxFields && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// join puts together what a page took apart: the digits of a code, taro and
// example.jp, or halves of a password, in fields of their own.
func (r *reader) join() {
	if otp(r.digits) {
		whole := r.digitsOf
		whole.v = slices.Clone(r.digits)
		r.keep(&r.codes, whole)
		r.sign("split")
	}
	for i := range r.ids {
		for j := range r.ids {
			a, b := r.ids[i], r.ids[j]
			if i == j || len(r.ids) > 6 || bytes.IndexByte(a.v, '@') >= 0 || !domain(bytes.TrimPrefix(b.v, []byte("@"))) {
				continue
			}
			whole := slices.Concat(a.v, []byte("@"), bytes.TrimPrefix(b.v, []byte("@")))
			if r.isKnown(whole) {
				r.keep(&r.knownIDs, value{v: whole, word: a.word, class: vocabulary.ID, at: a.at})
				r.sign("split")
			}
		}
	}
	r.joinPasswords()
}

// joinPasswords puts together a password that stands in two to four fields side
// by side. The fields are numbered, so that the second may look like a
// repetition.
func (r *reader) joinPasswords() {
	pw := slices.Concat(r.passwords, r.confirms)
	slices.SortStableFunc(pw, func(a, b value) int { return a.at - b.at })
	if len(pw) < 2 || len(pw) > formPasswords {
		return
	}
	var whole []byte
	for i, p := range pw {
		if i > 0 && (pw[i-1].at+1 != p.at || bytes.Equal(pw[i-1].v, p.v)) {
			return
		}
		whole = append(whole, p.v...)
	}
	r.joined = append(r.joined, value{v: whole, word: pw[0].word, class: pw[0].class, at: pw[len(pw)-1].at})
}
