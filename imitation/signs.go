package imitation

import (
	_ "embed"
	"fmt"
	mathbits "math/bits"
	"strconv"
	"strings"
)

//go:embed signs.tsv
var signsText string

// sign is what the lines of one name in signs.tsv say together.
type sign struct {
	name   string
	class  string
	weight int
	asks   bool
}

// line is one line of signs.tsv: a pattern of a sign.
type line struct {
	sign                        int // index in signs
	where, languages, pattern   string
	class, weight, asks, source string
}

// signs and lines are signs.tsv; signIndex finds a sign by name. None is
// changed after start.
var signs, lines, signIndex = readSigns(signsText)

// maxSigns is the room in a set.
const maxSigns = 256

// places are the values of the column where.
var places = map[string]bool{
	"name": true, "value": true, "id": true, "class": true, "cluster": true, "attr": true, "form": true,
	"title": true, "text": true, "label": true, "brand": true, "excuse": true, "other": true, "pressed": true, "comment": true, "url": true, "action": true,
	"script": true, "key": true, "cookie": true, "header": true, "location": true, "path": true, "query": true, "made": true,
}

// readSigns panics on a line it does not understand: the text is part of the
// program, and a test reads it.
func readSigns(text string) ([]sign, []line, map[string]int) {
	var all []sign
	var rows []line
	index := map[string]int{}
	for row := range strings.Lines(text) {
		row = strings.TrimRight(row, "\r\n")
		if row == "" || row[0] == '#' {
			continue
		}
		f := strings.Split(row, "\t")
		if len(f) != 8 {
			panic(fmt.Sprintf("imitation: signs.tsv: %q has %d columns; want 8", row, len(f)))
		}
		s, err := parseSign(f)
		if err != nil {
			panic(fmt.Sprintf("imitation: signs.tsv: %q: %v", row, err))
		}
		at, known := index[s.name]
		if !known {
			at = len(all)
			index[s.name] = at
			all = append(all, s)
		}
		if all[at] != s {
			panic(fmt.Sprintf("imitation: signs.tsv: %q differs from an earlier line of its sign", row))
		}
		rows = append(rows, line{
			sign: at, class: f[1], weight: f[2], asks: f[3], where: f[4], languages: f[5], pattern: f[6], source: f[7],
		})
	}
	if len(all) > maxSigns {
		panic("imitation: signs.tsv has more signs than a set has room for")
	}
	return all, rows, index
}

func parseSign(f []string) (sign, error) {
	weight, err := strconv.Atoi(f[2])
	switch {
	case err != nil || weight < 0 || weight > 100:
		return sign{}, fmt.Errorf("weight %q", f[2])
	case f[3] != "yes" && f[3] != "-":
		return sign{}, fmt.Errorf("asks %q", f[3])
	case !places[f[4]]:
		return sign{}, fmt.Errorf("where %q", f[4])
	}
	if _, ok := classes[f[1]]; !ok {
		return sign{}, fmt.Errorf("class %q", f[1])
	}
	for _, column := range f {
		if column == "" || strings.TrimSpace(column) != column {
			return sign{}, fmt.Errorf("column %q", column)
		}
	}
	return sign{name: f[0], class: f[1], weight: weight, asks: f[3] == "yes"}, nil
}

// set is a set of signs by index.
type set [maxSigns / 64]uint64

func (s *set) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *set) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }
func (s *set) remove(i int)   { s[i>>6] &^= 1 << (i & 63) }
func (s *set) join(o *set) {
	for i := range s {
		s[i] |= o[i]
	}
}

// from returns the first sign of the set from i on, maxSigns when there is none.
func (s *set) from(i int) int {
	for w := i >> 6; w < len(s); w++ {
		if bits := s[w] >> (i & 63); bits != 0 {
			return i + mathbits.TrailingZeros64(bits)
		}
		i = (w + 1) << 6
	}
	return maxSigns
}

// names returns the names in the order of signs.tsv.
func (s *set) names() []string {
	var names []string
	for i := range signs {
		if s.has(i) {
			names = append(names, signs[i].name)
		}
	}
	return names
}

// known returns the index of a sign that code refers to by name.
func known(name string) int {
	i, ok := signIndex[name]
	if !ok {
		panic(fmt.Sprintf("imitation: signs.tsv has no sign %q", name))
	}
	return i
}
