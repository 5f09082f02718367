package guard

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"sekisho/guard/vocabulary"
)

// Six digits that are no one-time code: numbers of things and measures by their names, and
// by their looks those that few codes are, since codes are drawn at random. Whoever sends
// a code can name it at will, but has not chosen it.

// besides returns with how many fields at most six digits under a name are a code.
func besides(name []byte, w vocabulary.Word, k kind) int {
	switch {
	case w.Class.IsCode() || w.Class == vocabulary.OTPCue || w.Class.IsPassword():
		return maxRead
	case k == number && len(vocabulary.Leaf(name)) > 2, numbersThing(name):
		return 1 // {"score":482915,"level":12}, action=views&post_id=482915
	case k == number:
		return 2
	}
	return maxRead
}

// numbersThing reports whether a name is that of the number or code of a thing, or of how much
// of it: shopId, order_no, item_code, price.
func numbersThing(name []byte) bool {
	if len(name) > vocabulary.MaxName {
		return false
	}
	var buf [vocabulary.MaxName]byte
	n := string(vocabulary.Normalise(buf[:0], vocabulary.Leaf(name)))
	for _, end := range thingNames {
		if rest, ok := strings.CutSuffix(n, end); ok && (len(end) > 2 || rest != "") {
			return true
		}
	}
	for _, end := range []string{"code", "cd"} {
		if rest, ok := strings.CutSuffix(n, end); ok && codedThings[rest] {
			return true
		}
	}
	return false
}

var thingNames = []string{
	"id", "no", "number", "price", "amount", "total", "kingaku", "quantity", "stock", "version", "build", "order", "invoice", "denpyo", "item", "product", "sku", "lot", "model", "zip", "zipcode",
	"cart", "coupon", "promo", "point", "points", "post", "station", "area", "room", "seat", "ticket", "score", "count", "rank", "size", "width", "height", "offset", "duration", "time", "elapsed",
}

// codedThings are what has codes besides people who sign in.
var codedThings = wordSet(`item product goods shohin shouhin article customer kokyaku tokuisaki supplier shiiresaki coupon promo promotion discount gift campaign
	city area region country prefecture pref town zip postal bank branch shiten shop store tenpo company kaisha dept department busho group category
	status error currency lang language color colour size jan sku part model maker lot station airport tracking tax order invoice agency`)

// measure reports whether a name is that of a place on the screen or of a size.
func measure(name []byte) bool {
	switch string(bytes.ToLower(vocabulary.Leaf(name))) {
	case "x", "y", "w", "h", "width", "height", "top", "left", "dx", "dy":
		return true
	}
	return false
}

// ordinaryNumber reports whether six digits are a number of a kind that people and programs
// send every day and that one code in 146 is: whole thousands, the sizes of pieces of
// files, a colour (336699), a month (202611) or a day of these decades (261126). thing is
// whether their name is that of the number of a thing or of how much of it; then prices
// are, too, one code in a hundred.
func ordinaryNumber(digits []byte, thing bool) bool {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return false
	}
	switch high, middle, low := n/10000, n/100%100, n%100; {
	case n%1000 == 0, n%1024 == 0, thing && n%100 == 0, high%11+middle%11+low%11 == 0:
		return true
	case high == 20 && middle < 50: // a year and a month
		return 1 <= low && low <= 12
	default:
		return 20 <= high && high < 30 && 1 <= middle && middle <= 12 && 1 <= low && low <= 31
	}
}

// scale reports whether digits are answers on a scale from one to five, as those of a
// survey: one code in 64 is such.
func scale(digits []byte) bool {
	return !bytes.ContainsFunc(digits, func(c rune) bool { return c < '1' || c > '5' })
}

// counted reports whether digits are flags, ratings of few values or a row of numbers
// rather than those of a code.
func counted(digits []byte) bool {
	row := true
	for i := 1; i < len(digits); i++ {
		row = row && digits[i] == digits[i-1]+1
	}
	distinct := slices.Sorted(slices.Values(digits))
	return row || len(slices.Compact(distinct)) < 3
}
