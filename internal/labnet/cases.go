package labnet

import (
	"flag"
	"regexp"
	"strings"
)

// caseID is how the cases of docs/interception.md are named, CV-11, or CV- for
// the whole group, and those of docs/resolver.md, C41.
var caseID = regexp.MustCompile(`^([A-Z]{2}-[0-9]{0,2}|C[0-9]{2})$`)

// ByID lets the name of a case stand for its tests: with -run CV-11, those named
// TestCases…/CV-11 and Test…CV11… are run. Go splits -run at slashes and has no
// hyphen in a function's name, so that by itself CV-11 would match nothing.
// TestMain calls it before the tests run.
func ByID() {
	if !flag.Parsed() {
		flag.Parse()
	}
	if run := flag.Lookup("test.run"); run != nil {
		_ = run.Value.Set(byCase(run.Value.String()))
	}
}

// byCase returns the pattern that run stands for.
func byCase(run string) string {
	parts := strings.Split(run, "|")
	for i, part := range parts {
		if !caseID.MatchString(part) {
			continue
		}
		parts[i] = "^TestCases/(^|_)" + part + `|^Test\w*` + strings.Replace(part, "-", "", 1)
		if strings.HasSuffix(part, "-") {
			parts[i] += "[0-9]"
		}
	}
	return strings.Join(parts, "|")
}
