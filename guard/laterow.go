package guard

import (
	"bytes"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lateRow finds six fields of a digit each whose names differ by a number alone, among
// others that hold a digit as well: d1=4&d2=8&…&d6=5&step=2.
type lateRow struct {
	stem   string
	digits []byte // of the row under way
	six    []byte // the first whole one
}

func (row *lateRow) add(name []byte, digit byte) {
	stem := bytes.TrimRight(name, "0123456789[]_-.")
	if len(stem) == 0 || string(stem) != row.stem {
		row.next()
		row.stem = string(stem)
	}
	if len(row.digits) <= lateDigits {
		row.digits = append(row.digits, digit)
	}
}

// next ends the row under way.
func (row *lateRow) next() {
	if len(row.digits) == lateDigits && row.stem != "" && row.six == nil {
		row.six = bytes.Clone(row.digits)
	}
	row.digits = row.digits[:0]
}

// plainDigits is v, or the digits that it is in another width or with what nobody sees
// between them, as a Japanese keyboard writes them: ４８２９１５.
func plainDigits(v []byte) []byte {
	if len(v) > 8*lateDigits || !bytes.ContainsFunc(v, func(c rune) bool { return c > unicode.MaxASCII }) {
		return v
	}
	plain := bytes.Map(func(c rune) rune {
		if unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, norm.NFKC.Bytes(v))
	if bytes.ContainsFunc(plain, func(c rune) bool { return (c < '0' || c > '9') && c != ' ' && c != '-' }) {
		return v
	}
	return plain
}
