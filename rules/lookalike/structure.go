package lookalike

import "strings"

// measureName tells what the name is made of, whatever it resembles.
func (v *view) measureName(m *Model, f *[FeatureCount]int16) {
	l := v.labels[0]
	s := v.text[l.from:l.to]
	f[fLabels], f[fLength], f[fOwnLength] = int16(v.nlabels), int16(v.size), int16(len(s))
	vowels, letters, run := 0, 0, 0
	for _, c := range s {
		switch {
		case c == '-':
			f[fOwnHyphens]++
			run = 0
		case c >= '0' && c <= '9':
			f[fOwnDigits]++
			run = 0
		case frame(c) == 0:
			vowels++
			letters++
			run = 0
		default:
			letters++
			run++
			f[fOwnRun] = max(f[fOwnRun], int16(run))
		}
	}
	f[fOwnVowels] = 50
	if letters > 0 {
		f[fOwnVowels] = int16(100 * vowels / letters)
	}
	f[fOwnRarity] = m.rarity(s)
	f[fSuffix] = v.suffixKind()
}

// The values of fSuffix.
const (
	suffixOther     = iota
	suffixCustomers // one that the caller named
	suffixCom
	suffixOld // net, org, info, biz
	suffixJP
	suffixCN
	suffixCheap
	suffixCountry
	suffixBelow  // of a country
	suffixTenant // of a company that lets others register, often for nothing
)

// suffixKind sorts the public suffix.
func (v *view) suffixKind() int16 {
	switch {
	case v.customers:
		return suffixCustomers
	case v.suffix == "com":
		return suffixCom
	case v.suffix == "net" || v.suffix == "org" || v.suffix == "info" || v.suffix == "biz":
		return suffixOld
	case v.suffix == "jp" || strings.HasSuffix(v.suffix, ".jp"):
		return suffixJP
	case v.suffix == "cn" || strings.HasSuffix(v.suffix, ".cn"):
		return suffixCN
	case tenancy(v.suffix):
		return suffixTenant
	case v.ctx.cheap:
		return suffixCheap
	case len(v.suffix) == 2:
		return suffixCountry
	case strings.Contains(v.suffix, "."):
		return suffixBelow
	}
	return suffixOther
}

// tenancy reports whether suffix is a company's: the registries that register
// below a second label are those of countries, and few of these lend their
// letters to companies.
func tenancy(suffix string) bool {
	i := strings.LastIndexByte(suffix, '.')
	last := suffix[i+1:]
	return i > 0 && (len(last) > 2 || last == "io" || last == "me")
}

// rarity returns how unusual the pairs of neighbouring characters of s are in
// ordinary names: the mean of the weights that [Model.Pairs] holds.
func (m *Model) rarity(s []byte) int16 {
	last := Symbols - 1
	sum := 0
	for _, c := range s {
		k := int(symbols[c])
		sum += int(m.Pairs[last%Symbols][k%Symbols])
		last = k
	}
	if len(s) == 0 {
		return 0
	}
	sum += int(m.Pairs[last%Symbols][Symbols-1])
	return int16(sum * 4 / (len(s) + 1))
}

// partAt returns the part that the end of w lies in.
func (v *view) partAt(w *window) uint8 {
	for i := v.nparts - 1; i >= 0; i-- {
		if v.parts[i].from < w.to {
			return uint8(i)
		}
	}
	return 0
}
