package imitation

import (
	"cmp"
	_ "embed" // the lists
	"slices"
	"strings"
)

//go:embed titles.txt
var titlesText string

// The lists of titles.txt, in plain form: Amazon's names, where sellers and vendors sign in,
// what else there is for them, and the words of sign-ins that are those of other pages, too.
var (
	titleLists   = readTitles(titlesText)
	amazonNames  = titleLists["amazon"]
	centralNames = titleLists["central"]
	sellerNames  = titleLists["seller"]
	topicWords   = titleLists["topic"]
)

// withoutThem leaves of a title what is no name of Amazon's and none of the words.
var withoutThem = func() *strings.Replacer {
	all := slices.Concat(amazonNames, centralNames, sellerNames, titleLists["words"])
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest goes first
	var pairs []string
	for _, w := range all {
		pairs = append(pairs, w, " ")
	}
	return strings.NewReplacer(pairs...)
}()

// readTitles reads the lists by section.
func readTitles(text string) map[string][]string {
	lists := map[string][]string{}
	section := ""
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			for w := range strings.FieldsSeq(line) {
				lists[section] = append(lists[section], plainText(strings.ReplaceAll(w, "_", " ")))
			}
		}
	}
	return lists
}
