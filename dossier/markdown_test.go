package dossier

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"
)

// markdown returns the table as docs/judging.md shows it.
func markdown() string {
	var s strings.Builder
	s.WriteString("| # | act | with all of | unless | answer | technique | because |\n|--:|---|---|---|---|---|---|\n")
	for i, r := range table {
		answer := strings.TrimSpace(r.do.String() + " " + r.severity)
		fmt.Fprintf(&s, "| %d | %s | %s | %s | %s | %s | %s |\n",
			i+1, r.acts, listed(r.with, ", "), listed(r.without, " or "), answer, r.technique, r.detail)
	}
	return s.String()
}

// listed names the pieces of e.
func listed(e evidence, between string) string {
	var names []string
	for x := range e.pieces() {
		names = append(names, wording[x])
	}
	return strings.Join(names, between)
}

// pieces yields the pieces of e, lowest bit first.
func (e evidence) pieces() iter.Seq[evidence] {
	return func(yield func(evidence) bool) {
		for ; e != 0; e &= e - 1 {
			if !yield(1 << bits.TrailingZeros64(uint64(e))) {
				return
			}
		}
	}
}

// wording is how the table in docs/judging.md names each piece.
var wording = map[evidence]string{
	genuine:       "genuine Amazon",
	pardoned:      "pardoned",
	wellKnown:     "well known",
	goneOn:        "gone on before",
	inUse:         "in use",
	reuseAccepted: "reuse accepted",
	idAccepted:    "ID accepted",
	askProtected:  "ask: protected",
	askAlways:     "ask: always",
	givenAway:     "given away",
	passedThrough: "relays Amazon",
	guessing:      "guessing",
	pageCopy:      "page: copy",
	pageSuspect:   "page: suspect",
	siteCopy:      "site: copy",
	siteSuspect:   "site: suspect",
	siteTraces:    "site: traces",
	hasDocument:   "document opened",
	nameWarned:    "name imitates",
	circumstances: "circumstances",
	formHost:      "form builder",
	metImitation:  "met an imitation",
	metLately:     "met one lately",
	heldHere:      "held before",
	credential:    "any credential",
	signIn:        "sign-in",
	code:          "one-time code",
	ownFields:     "Amazon's fields",
	ourID:         "protected ID",
	ourPassword:   "protected password",
	firstStep:     "first step",
	crowded:       "too many passwords",
	hiding:        "more values than compared",
	trying:        "one try too many",
	opaque:        "unreadable body",
	bomb:          "unread body",
}
